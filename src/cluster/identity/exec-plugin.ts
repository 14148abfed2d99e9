import type { ConnectionOptions } from "../connection-options.ts";
import { Fields } from "../kubeconfig/fields.ts";
import type { ClusterEntry, ExecEntry } from "../kubeconfig/kubeconfig.ts";
import { readMaterial } from "../kubeconfig/material.ts";
import type { Selection } from "../kubeconfig/select.ts";
import type { Clock } from "../clock.ts";
import type { ClientCertificate, CredentialSource, ExpiringCredentials } from "./credentials.ts";
import { fetchedCredentials } from "./credentials.ts";
import { failed, runPlugin } from "./plugin-process.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
/** Credentials are renewed this long before they expire, so that none expires on its way. */
const EARLY_MS = 10_000;
const VERSIONS = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/** Credentials from a plugin (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins). */
export function execCredentials(
  plugin: ExecEntry,
  selection: Selection,
  options: ConnectionOptions,
  clock: Clock,
): CredentialSource {
  return fetchedCredentials(async () => {
    const interactive = isInteractive(plugin, options);
    const info = await execInfo(plugin, selection.cluster, interactive);
    const env = { ...options.env, ...plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
    const timeoutMs = options.pluginTimeoutMs ?? DEFAULT_TIMEOUT_MS;
    return readCredential(plugin, await runPlugin({ plugin, env, interactive, timeoutMs }));
  }, clock);
}

function isInteractive(plugin: ExecEntry, options: ConnectionOptions): boolean {
  if (!VERSIONS.includes(plugin.apiVersion)) {
    throw failed(plugin, `speaks ${plugin.apiVersion}, which is none of ${VERSIONS.join(", ")}`);
  }
  const terminal = options.interactive ?? false;
  if (plugin.interactiveMode === "Always" && !terminal)
    throw failed(plugin, "needs a terminal, and there is none");
  return terminal && plugin.interactiveMode !== "Never";
}

/** What the plugin is told in KUBERNETES_EXEC_INFO. */
async function execInfo(plugin: ExecEntry, cluster: ClusterEntry, interactive: boolean): Promise<unknown> {
  const told = plugin.provideClusterInfo ? { cluster: await clusterInfo(cluster) } : {};
  return { apiVersion: plugin.apiVersion, kind: "ExecCredential", spec: { ...told, interactive } };
}

async function clusterInfo(cluster: ClusterEntry): Promise<unknown> {
  const { certificateAuthority } = cluster;
  const ca = certificateAuthority && (await readMaterial(certificateAuthority, "certificate authority"));
  return {
    server: cluster.server,
    "tls-server-name": cluster.tlsServerName,
    "insecure-skip-tls-verify": cluster.insecureSkipTlsVerify || undefined,
    "certificate-authority-data": ca?.toString("base64"),
    "proxy-url": cluster.proxyUrl,
    "disable-compression": cluster.disableCompression || undefined,
    config: cluster.execConfig,
  };
}

function readCredential(plugin: ExecEntry, output: string): ExpiringCredentials {
  const answer = parseAnswer(plugin, output);
  const status = answer.map("status");
  const token = status.text("token");
  const certificate = certificateOf(plugin, status);
  if (token === undefined && certificate === undefined)
    throw failed(plugin, "gave neither a token nor a certificate");
  return {
    credentials: { authorization: token === undefined ? undefined : `Bearer ${token}`, certificate },
    expires: expiry(plugin, status.text("expirationTimestamp")),
  };
}

function parseAnswer(plugin: ExecEntry, output: string): Fields {
  const answer = new Fields(parseJson(plugin, output), `the answer of ${plugin.command}`);
  if (answer.text("kind") !== "ExecCredential" || answer.text("apiVersion") !== plugin.apiVersion) {
    throw failed(plugin, `did not print an ExecCredential of ${plugin.apiVersion}`);
  }
  return answer;
}

function parseJson(plugin: ExecEntry, output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    // The parser's message quotes the output, which may hold the token.
    throw failed(plugin, "printed something that is not JSON");
  }
}

function certificateOf(plugin: ExecEntry, status: Fields): ClientCertificate | undefined {
  const cert = status.text("clientCertificateData");
  const key = status.text("clientKeyData");
  if ((cert === undefined) !== (key === undefined))
    throw failed(plugin, "gave a certificate without its key, or a key alone");
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

function expiry(plugin: ExecEntry, timestamp: string | undefined): number {
  if (timestamp === undefined) return Number.POSITIVE_INFINITY;
  const time = Date.parse(timestamp);
  if (Number.isNaN(time)) throw failed(plugin, "gave an expirationTimestamp that is no time");
  return time - EARLY_MS;
}
