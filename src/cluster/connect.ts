import { ExitCode, ExpectedError } from "../errors.ts";
import { version } from "../version.ts";
import { systemClock } from "./clock.ts";
import { Connection } from "./connection.ts";
import type { ConnectionOptions } from "./connection-options.ts";
import { credentialSource } from "./identity/identity.ts";
import type { CredentialSource } from "./identity/credentials.ts";
import { impersonationOf } from "./identity/impersonation.ts";
import { inFlightLimit } from "./in-flight.ts";
import { inClusterTarget } from "./kubeconfig/in-cluster.ts";
import { loadKubeconfig } from "./kubeconfig/load.ts";
import type { Selection } from "./kubeconfig/select.ts";
import { selectTarget } from "./kubeconfig/select.ts";
import { defaultRetryPolicy } from "./retry.ts";
import { tlsSettings } from "./tls-settings.ts";
import { connectionWarnings, refuseUnsafe } from "./trust.ts";
import type { Endpoint } from "./transport/endpoint.ts";
import { endpointOf } from "./transport/endpoint.ts";
import { Pool } from "./transport/pool.ts";
import { openSocket } from "./transport/socket.ts";
import { TransportError } from "./transport/transport.ts";

const DEFAULT_TIMEOUT_MS = 30_000;
/** Most of a server's rate, and below the seats that priority and fairness gives an ordinary user. */
const DEFAULT_IN_FLIGHT = 24;

/**
 * A cluster as kubectl would find it. Nothing is sent: the first request opens the connection.
 * Throws ExpectedError (exit code 2) when the kubeconfig cannot be used.
 */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const selection = await findTarget(options);
  refuseUnsafe(selection, options);
  const clock = options.clock ?? systemClock;
  const source = await credentialSource(selection, options, clock);
  const endpoint = endpointOf(selection.cluster, selection.clusterName, options.env);
  return new Connection({
    context: selection.context,
    server: endpoint.url,
    basePath: endpoint.basePath,
    userAgent: `mtenant/${version}`,
    compress: !selection.cluster.disableCompression,
    warnings: connectionWarnings(selection, endpoint),
    source,
    transport: new Pool(endpoint, () => openConnection(selection, endpoint, source, options)),
    inFlight: inFlightLimit(options.maxInFlight ?? DEFAULT_IN_FLIGHT),
    impersonation: impersonationOf(selection.user, options),
    requestTimeoutMs: options.requestTimeoutMs ?? DEFAULT_TIMEOUT_MS,
    clock,
    retryPolicy: defaultRetryPolicy,
  });
}

async function findTarget(options: ConnectionOptions): Promise<Selection> {
  const config = await loadKubeconfig(options);
  const chosen = options.context ?? options.cluster ?? options.user;
  const isEmpty = config === undefined || (config.clusters.size === 0 && config.currentContext === "");
  const inside = isEmpty && chosen === undefined ? await inClusterTarget(options) : undefined;
  if (inside !== undefined) return inside;
  if (config !== undefined && !isEmpty) return selectTarget(config, options);
  const message =
    config === undefined ? "there is no kubeconfig" : `${config.files.join(", ")} is an empty kubeconfig`;
  throw new ExpectedError(ExitCode.usage, message, {
    hint: "give one with --kubeconfig or KUBECONFIG, or write ~/.kube/config",
  });
}

async function openConnection(
  selection: Selection,
  endpoint: Endpoint,
  source: CredentialSource,
  options: ConnectionOptions,
): ReturnType<typeof openSocket> {
  const protocols = options.env.DISABLE_HTTP2 ? ["http/1.1"] : ["h2", "http/1.1"];
  const tls = endpoint.tls ? await tlsSettings(selection, await source.current(), protocols) : undefined;
  const limit = options.requestTimeoutMs ?? DEFAULT_TIMEOUT_MS;
  const controller = new AbortController();
  const expire = (): void => {
    controller.abort(new TransportError("timeout", false, `no connection within ${limit / 1000} s`));
  };
  const timer = limit > 0 ? setTimeout(expire, limit) : undefined;
  return openSocket(endpoint, tls, controller.signal).finally(() => clearTimeout(timer));
}
