import { RoleName, SYSTEM_NAMESPACE } from "../../manifests/names.ts";
import type { JsonMap, KubernetesObject, ObjectId } from "../../manifests/object.ts";
import type { TenantRole } from "../../tenant/tenant.ts";
import { type Attack, type AttackRequest, type AttackScope, guard } from "../attack.ts";
import { creating, harmlessConfigMap, harmlessPod, ownObject } from "../harmless.ts";
import { RBAC_GROUP } from "./subjects.ts";

const everybody: readonly TenantRole[] = ["Owner", "Developer", "Viewer"];
const NAME = "mtenant-attack";
/** What is attacked where something must be there already: never the name of what an attack or a twin creates. */
const TARGET = "mtenant-attacked";

type Make = (scope: AttackScope) => AttackRequest;

const list =
  (group: string, kind: string, namespace: (scope: AttackScope) => string): Make =>
  (scope) => ({ verb: "list", kind: { group, kind }, namespace: namespace(scope) });
const own = ({ namespace }: AttackScope): string => namespace.name;
const neighbours = ({ neighbour }: AttackScope): string => neighbour.namespace;
const listOwnPods = list("", "Pod", own);

function row(
  id: string,
  title: string,
  request: Make,
  more: Partial<Pick<Attack, "twin" | "roles" | "refusedBy">> = {},
): Attack {
  return {
    id,
    title,
    boundary: "access",
    roles: everybody,
    refusedBy: ["RBAC"],
    twin: listOwnPods,
    request,
    ...more,
  };
}

const readers = { twin: list("", "Secret", own), roles: ["Owner", "Developer"] } as const;

const reading: readonly Attack[] = [
  row("A1-secrets", "reads a neighbour's Secrets", list("", "Secret", neighbours), readers),
  row("A1-pods", "looks at a neighbour's pods", list("", "Pod", neighbours)),
  row("A1-config-maps", "reads a neighbour's ConfigMaps", list("", "ConfigMap", neighbours)),
  row(
    "A1-records",
    "reads the records of all tenants",
    list("", "ConfigMap", () => SYSTEM_NAMESPACE),
  ),
  row(
    "A2-secrets",
    "reads the Secrets of the whole cluster",
    list("", "Secret", () => ""),
    readers,
  ),
  ...(
    [
      ["pods", "", "Pod"],
      ["namespaces", "", "Namespace"],
      ["nodes", "", "Node"],
      ["volumes", "", "PersistentVolume"],
      ["storage-classes", "storage.k8s.io", "StorageClass"],
      ["cluster-role-bindings", RBAC_GROUP, "ClusterRoleBinding"],
      ["signing-requests", "certificates.k8s.io", "CertificateSigningRequest"],
    ] as const
  ).map(([name, group, kind]) =>
    row(
      `A2-${name}`,
      `lists every ${kind} of the cluster`,
      list(group, kind, () => ""),
    ),
  ),
  row("A1-viewer-secrets", "reads Secrets as a Viewer", list("", "Secret", own), { roles: ["Viewer"] }),
];

const inNeighbour = (object: KubernetesObject, { neighbour }: AttackScope): AttackRequest =>
  creating({ ...object, metadata: { ...object.metadata, namespace: neighbour.namespace } });

const writers = {
  twin: (scope: AttackScope) => creating(harmlessConfigMap(scope)),
  roles: ["Owner", "Developer"],
} as const;

const writing: readonly Attack[] = [
  row(
    "A1-create-pod",
    "runs a pod in a neighbour's namespace",
    (scope) => inNeighbour(harmlessPod(scope), scope),
    {
      ...writers,
      twin: (scope) => creating(harmlessPod(scope)),
    },
  ),
  row(
    "A1-create-config-map",
    "writes into a neighbour's namespace",
    (scope) => inNeighbour(harmlessConfigMap(scope), scope),
    writers,
  ),
  row("A1-delete-pods", "deletes a neighbour's pods", (scope) => ({
    verb: "deletecollection",
    kind: { group: "", kind: "Pod" },
    namespace: scope.neighbour.namespace,
  })),
  row("A1-viewer-writes", "writes as a Viewer", (scope) => creating(harmlessConfigMap(scope)), {
    roles: ["Viewer"],
  }),
  row("A1-viewer-runs", "runs a pod as a Viewer", (scope) => creating(harmlessPod(scope)), {
    roles: ["Viewer"],
  }),
];

function binding(kind: "RoleBinding" | "ClusterRoleBinding", subject: JsonMap, roleRef: JsonMap): Make {
  return (scope) => {
    const object = ownObject(scope, `${RBAC_GROUP}/v1`, kind, {
      subjects: [subject],
      roleRef: { apiGroup: RBAC_GROUP, ...roleRef },
    });
    const metadata = kind === "RoleBinding" ? object.metadata : { name: NAME };
    return creating({ ...object, metadata });
  };
}

const everyone: JsonMap = { kind: "Group", apiGroup: RBAC_GROUP, name: "system:authenticated" };
const clusterAdmin: JsonMap = { kind: "ClusterRole", name: "cluster-admin" };

const rights: readonly Attack[] = [
  row(
    "A4-share",
    "gives everyone its own rights",
    binding("RoleBinding", everyone, { kind: "Role", name: RoleName.Owner }),
  ),
  row("A5-bind", "binds cluster-admin in its namespace", binding("RoleBinding", everyone, clusterAdmin)),
  row(
    "A5-cluster-bind",
    "binds cluster-admin in the whole cluster",
    binding("ClusterRoleBinding", everyone, clusterAdmin),
  ),
  row("A5-role", "makes a Role of its own", (scope) =>
    creating(
      ownObject(scope, `${RBAC_GROUP}/v1`, "Role", {
        rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }],
      }),
    ),
  ),
  row("A37-signing-request", "asks for a certificate of any name", () =>
    creating({
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      metadata: { name: NAME },
      spec: { request: "", signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"] },
    }),
  ),
  row("A7-token", "mints a token of a year", (scope) => ({
    verb: "create",
    subresource: "token",
    object: {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "default", namespace: scope.namespace.name },
    },
  })),
];

const id = (group: string, kind: string, namespace: string, name = TARGET): ObjectId => ({
  group,
  kind,
  namespace,
  name,
});

const subresources: readonly Attack[] = [
  ...(["pods", "services"] as const).map((plural) =>
    row(`A22-${plural}-proxy`, `reaches ${plural} through the API server`, (scope) => ({
      verb: "get",
      id: id("", plural === "pods" ? "Pod" : "Service", scope.namespace.name),
      subresource: "proxy",
    })),
  ),
  row("A23-node-proxy", "runs commands on a node through its kubelet", () => ({
    verb: "get",
    id: id("", "Node", ""),
    subresource: "proxy",
  })),
  ...(["ephemeralcontainers", "resize"] as const).map((subresource) =>
    row(`A24-${subresource}`, `changes running pods by pods/${subresource}`, (scope) => ({
      verb: "patch",
      id: id("", "Pod", scope.namespace.name),
      body: { spec: {} },
      subresource,
    })),
  ),
  row("A24-binding", "places its pods itself by pods/binding", (scope) => ({
    verb: "create",
    object: { apiVersion: "v1", kind: "Pod", metadata: { name: TARGET, namespace: scope.namespace.name } },
    subresource: "binding",
  })),
  row("A20-status", "says which address its load balancer has", (scope) => ({
    verb: "patch",
    id: id("", "Service", scope.namespace.name),
    body: { status: { loadBalancer: { ingress: [{ ip: "203.0.113.1" }] } } },
    subresource: "status",
  })),
  row("A28-event", "forges an event", (scope) =>
    creating(
      ownObject(scope, "v1", "Event", {
        involvedObject: { kind: "Pod", name: "x", namespace: scope.namespace.name },
      }),
    ),
  ),
  row("S5-daemon-set", "puts a pod on every node", (scope) =>
    creating(
      ownObject(scope, "apps/v1", "DaemonSet", {
        spec: {
          selector: { matchLabels: { app: "x" } },
          template: { metadata: { labels: { app: "x" } }, spec: { containers: [{ name: "x", image: "x" }] } },
        },
      }),
    ),
  ),
  row("S11-node", "takes a node's labels off", () => ({
    verb: "patch",
    id: id("", "Node", ""),
    body: { metadata: { labels: { "node-restriction.kubernetes.io/mtenant-tenant": null } } },
  })),
];

const walls: readonly (readonly [name: string, what: string, group: string, kind: string, object: string])[] =
  [
    ["quota", "its quota", "", "ResourceQuota", "mtenant"],
    ["limits", "its limits", "", "LimitRange", "mtenant"],
    ["default-deny", "its default-deny policy", "networking.k8s.io", "NetworkPolicy", "mtenant-default-deny"],
    ["role", "its Role", RBAC_GROUP, "Role", RoleName.Owner],
    ["binding", "who has its rights", RBAC_GROUP, "RoleBinding", RoleName.Owner],
  ];

/** What mtenant made in the tenant's namespace, what the quota does not count, and the guards themselves. */
const ofMtenant: readonly Attack[] = [
  row("A13-create-quota", "makes a quota of its own", (scope) =>
    creating(ownObject(scope, "v1", "ResourceQuota", { spec: { hard: { pods: "1k" } } })),
  ),
  row("A13-create-replication-controller", "makes what its quota does not count", (scope) =>
    creating(
      ownObject(scope, "v1", "ReplicationController", {
        spec: {
          replicas: 0,
          selector: { app: "x" },
          template: { metadata: { labels: { app: "x" } }, spec: { containers: [{ name: "x", image: "x" }] } },
        },
      }),
    ),
  ),
  ...walls.flatMap(([name, what, group, kind, object]) => {
    const target = (scope: AttackScope): ObjectId => id(group, kind, scope.namespace.name, object);
    const refusedBy = ["RBAC", guard("mtenant-managed")] as const;
    return [
      row(`A13-delete-${name}`, `deletes ${what}`, (scope) => ({ verb: "delete", id: target(scope) }), {
        refusedBy,
      }),
      row(
        `A13-change-${name}`,
        `changes ${what}`,
        (scope) => ({
          verb: "patch",
          id: target(scope),
          body: { metadata: { labels: { "app.kubernetes.io/managed-by": null } } },
        }),
        { refusedBy },
      ),
    ];
  }),
  ...(["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"] as const).map((kind) =>
    row(`A13-${kind}`, `deletes a guard's ${kind}`, () => ({
      verb: "delete",
      id: id("admissionregistration.k8s.io", kind, "", "mtenant-pods"),
    })),
  ),
];

/** What a tenant has no right to do; every one of its roles tries. */
export const accessAttacks: readonly Attack[] = [
  ...reading,
  ...writing,
  ...rights,
  ...subresources,
  ...ofMtenant,
];
