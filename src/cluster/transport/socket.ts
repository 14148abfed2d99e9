import { connect as connectTcp } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ConnectionOptions as TlsOptions, SecureContext, TLSSocket } from "node:tls";
import type { Endpoint } from "./endpoint.ts";
import { openTunnel } from "./tunnel.ts";
import { TransportError, abortedBy } from "./transport.ts";

/** How the server is recognised and what we show it. */
export interface TlsSettings {
  readonly context: SecureContext;
  /** False only for insecure-skip-tls-verify. */
  readonly verify: boolean;
  /** What we offer to speak, best first (ALPN, RFC 7301). */
  readonly protocols: readonly string[];
}

/** A connection to the server, ready for the first request. Throws TransportError with `sent: false`. */
export async function openSocket(
  endpoint: Endpoint,
  tls: TlsSettings | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  const plain = await openPlain(endpoint, signal);
  plain.setNoDelay(true);
  plain.setKeepAlive(true, 30_000);
  if (tls === undefined) return plain;
  return startTls(plain, endpoint.host, tlsOptions(endpoint, tls), signal);
}

async function openPlain(endpoint: Endpoint, signal: AbortSignal): Promise<Socket> {
  const { proxy, host, port } = endpoint;
  if (proxy === undefined) return openTcp(host, port, signal);
  return openTunnel(await openProxy(proxy, signal), proxy, endpoint, signal);
}

async function openProxy(proxy: URL, signal: AbortSignal): Promise<Socket> {
  const secure = proxy.protocol === "https:";
  const host = proxy.hostname.replace(/^\[|\]$/g, "");
  const socket = await openTcp(host, proxy.port === "" ? (secure ? 443 : 80) : Number(proxy.port), signal);
  return secure ? startTls(socket, host, { servername: host, rejectUnauthorized: true }, signal) : socket;
}

function tlsOptions(endpoint: Endpoint, tls: TlsSettings): TlsOptions {
  return {
    secureContext: tls.context,
    rejectUnauthorized: tls.verify,
    ALPNProtocols: [...tls.protocols],
    ...(endpoint.serverName === undefined ? {} : { servername: endpoint.serverName }),
  };
}

function openTcp(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const socket = connectTcp({ host, port });
  return established(socket, "connect", signal, (error) => {
    const problem = error.code === "ENOTFOUND" || error.code === "EAI_AGAIN" ? "dns" : "refused";
    return new TransportError(problem, false, tcpMessage(problem, host, port, error.code), error);
  });
}

function tcpMessage(
  problem: "dns" | "refused",
  host: string,
  port: number,
  code: string | undefined,
): string {
  if (problem === "dns") return `the name ${host} is not known (${code})`;
  const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  return code === "ECONNREFUSED"
    ? `${address} refuses connections`
    : `${address} cannot be reached (${code})`;
}

function startTls(plain: Socket, host: string, options: TlsOptions, signal: AbortSignal): Promise<TLSSocket> {
  const socket = connectTls({ ...options, socket: plain, host });
  return established(socket, "secureConnect", signal, (error) => tlsError(error, host));
}

/** Errors that are not about certificates or protocol: the line is bad, and trying again may help. */
const lineErrors: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "ECONNABORTED"]);

function tlsError(error: NodeJS.ErrnoException, host: string): TransportError {
  const code = error.code ?? "";
  if (lineErrors.has(code)) {
    return new TransportError(
      "reset",
      false,
      `${host} hung up while the connection was secured (${code})`,
      error,
    );
  }
  return new TransportError("tls", false, `${host} could not be trusted: ${tlsReason(error)}`, error);
}

function tlsReason(error: NodeJS.ErrnoException): string {
  const reasons: Readonly<Record<string, string>> = {
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by an unknown authority",
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is signed by an unknown authority",
    SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by an unknown authority",
    DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself",
    CERT_SIGNATURE_FAILURE: "its certificate is signed by an unknown authority",
    CERT_HAS_EXPIRED: "its certificate has expired",
    CERT_NOT_YET_VALID: "its certificate is not valid yet (is the clock right?)",
    ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS (is it http:// ?)",
  };
  const reason = reasons[error.code ?? ""];
  if (reason !== undefined) return reason;
  return error.code === "ERR_TLS_CERT_ALTNAME_INVALID"
    ? `its certificate is for another name. ${error.message}`
    : error.message;
}

/** Waits for the event that says that the socket works; every other end destroys it. */
function established<T extends Socket>(
  socket: T,
  event: string,
  signal: AbortSignal,
  explain: (error: NodeJS.ErrnoException) => TransportError,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (failure?: TransportError): void => {
      signal.removeEventListener("abort", onAbort);
      socket.off(event, onReady).off("error", onError).off("close", onClose);
      if (failure === undefined) return resolve(socket);
      // A second error of a socket that is given up must not end the process.
      socket.on("error", () => {}).destroy();
      reject(failure);
    };
    const onReady = (): void => settle();
    const onError = (error: Error): void => settle(explain(error));
    const onClose = (): void => settle(explain(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
    const onAbort = (): void => settle(abortedBy(signal, false));
    socket.once(event, onReady).once("error", onError).once("close", onClose);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
  });
}
