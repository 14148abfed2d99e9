// The arguments of each component. All run in the control plane's folder, which is why file names are relative: etcd
// listens on sockets in that folder only, so nobody else's etcd can be meant and nobody else can reach ours.

export function etcdArguments({ etcdQuotaBytes }: { etcdQuotaBytes?: number }): string[] {
  return [
    "--data-dir=etcd",
    "--unsafe-no-fsync",
    "--log-level=warn",
    "--listen-client-urls=unix://etcd.sock:0",
    "--advertise-client-urls=unix://etcd.sock:0",
    "--listen-peer-urls=unix://etcd-peer.sock:0",
    "--initial-advertise-peer-urls=unix://etcd-peer.sock:0",
    "--initial-cluster=default=unix://etcd-peer.sock:0",
    ...(etcdQuotaBytes === undefined ? [] : [`--quota-backend-bytes=${etcdQuotaBytes}`]),
  ];
}

/** `--allow-privileged`, because a server that refuses privileged pods by itself would hide a missing wall. */
export function apiServerArguments(
  port: number,
  { emulatedVersion, featureGates = [] }: { emulatedVersion?: string; featureGates?: readonly string[] },
): string[] {
  return [
    "--etcd-servers=unix://etcd.sock:0",
    `--secure-port=${port}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    "--endpoint-reconciler-type=none",
    "--cert-dir=generated",
    "--tls-cert-file=server.crt",
    "--tls-private-key-file=server.key",
    "--client-ca-file=ca.crt",
    "--token-auth-file=tokens.csv",
    "--service-account-issuer=https://kubernetes.default.svc",
    "--service-account-key-file=service-accounts.pub",
    "--service-account-signing-key-file=service-accounts.key",
    "--service-cluster-ip-range=10.96.0.0/16",
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    "--allow-privileged=true",
    ...(emulatedVersion === undefined ? [] : [`--emulated-version=${emulatedVersion}`]),
    ...(featureGates.length === 0 ? [] : [`--feature-gates=${featureGates.join(",")}`]),
  ];
}

/** Where the policy of the audit log is expected, in the control plane's folder. */
export const AUDIT_POLICY_FILE = "audit-policy.json";

/** Every request once, when it was answered, without its body. */
export const auditPolicy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived", "ResponseStarted"],
  rules: [{ level: "Metadata" }],
};

/** The audit log of the API server on that port. */
export function auditLogOf(port: number): string {
  return `audit-${port}.log`;
}

/** One file, however long it becomes: a new one would begin in the middle of what is counted. */
export function auditArguments(port: number): string[] {
  return [
    `--audit-policy-file=${AUDIT_POLICY_FILE}`,
    `--audit-log-path=${auditLogOf(port)}`,
    "--audit-log-maxsize=100000",
  ];
}

/**
 * Nodes of the stand have no kubelet: the long grace period keeps one that was once Ready from being tainted.
 * The controllers' own rate limit, 20 requests/s, would make up most of the start and of every wait in a test.
 */
export function controllerManagerArguments(): string[] {
  return [
    "--kubeconfig=admin.kubeconfig",
    "--secure-port=0",
    "--leader-elect=false",
    "--use-service-account-credentials=true",
    "--root-ca-file=ca.crt",
    "--service-account-private-key-file=service-accounts.key",
    "--cluster-signing-cert-file=ca.crt",
    "--cluster-signing-key-file=ca.key",
    "--cluster-signing-duration=24h",
    "--node-monitor-grace-period=24h",
    "--kube-api-qps=500",
    "--kube-api-burst=1000",
  ];
}

/** An older server lacks APIs that a newer scheduler waits for before it places the first pod. */
export function schedulerArguments(emulatedVersion: string | undefined): string[] {
  const flags = ["--kubeconfig=admin.kubeconfig", "--secure-port=0", "--leader-elect=false"];
  return emulatedVersion === undefined ? flags : [...flags, `--emulated-version=${emulatedVersion}`];
}
