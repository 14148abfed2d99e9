import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Endpoint } from "./endpoint.ts";
import { TransportError, abortedBy } from "./transport.ts";

/** Asks a proxy for a tunnel to the server (CONNECT, RFC 9110 9.3.6) and gives the socket that now leads there. */
export function openTunnel(
  socket: Socket,
  proxy: URL,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<Socket> {
  const host = endpoint.host.includes(":") ? `[${endpoint.host}]` : endpoint.host;
  const target = `${host}:${endpoint.port}`;
  return new Promise((resolve, reject) => {
    const connect = request({
      createConnection: () => socket,
      method: "CONNECT",
      path: target,
      headers: { host: target, ...proxyCredentials(proxy) },
      signal,
    });
    const refuse = (message: string, cause?: unknown): void => {
      socket.destroy();
      if (signal.aborted) reject(abortedBy(signal, false));
      else reject(new TransportError("proxy", false, `the proxy ${proxy.host} ${message}`, cause));
    };
    connect.once("connect", (answer: IncomingMessage) => {
      if (answer.statusCode === 200) resolve(socket);
      else refuse(`refuses to connect to ${target} (${answer.statusCode})`);
    });
    connect.once("response", (answer) => refuse(`does not understand CONNECT (${answer.statusCode})`));
    connect.once("error", (error) => refuse("broke the connection", error));
    connect.end();
  });
}

function proxyCredentials(proxy: URL): Readonly<Record<string, string>> {
  if (proxy.username === "") return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}
