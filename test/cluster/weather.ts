import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { createSecureServer } from "node:http2";
import type {
  Http2SecureServer,
  Http2ServerRequest,
  Http2ServerResponse,
  ServerHttp2Session,
} from "node:http2";
import { Agent, createServer, request as startRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import type { ConnectionOptions } from "../../src/cluster/connection-options.ts";
import { type Certificate, createAuthority, createServingCertificate } from "./certificates.ts";

/** One request as it came out of the client. */
export interface Seen {
  readonly httpVersion: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Common name of the client's certificate. */
  readonly clientName: string | undefined;
}

/** What happens to a request between the client and the real API server; nothing: it is passed on, as is the answer. */
export type Fault =
  | {
      readonly reply: {
        readonly status: number;
        readonly type?: string;
        readonly headers?: Record<string, string>;
        readonly body?: string;
      };
    }
  /** The connection ends: before the server saw the request, or after it did it. */
  | { readonly reset: "before" | "after" }
  /** Only so many bytes of the real answer, as if that were all. */
  | { readonly cutTo: number }
  | { readonly silence: true }
  /** So many milliseconds pass before the request goes on. */
  | { readonly delay: number }
  /** Something is done before the server sees the request, or when it has done it; no answer comes back. */
  | { readonly act: () => void; readonly when: "before" | "after" }
  /** The server says goodbye, and finishes what it has. */
  | { readonly goaway: true };

/** Bad weather: it stands between a client and the real API server, records what passes, and does what it is told. */
export interface Weather {
  readonly url: string;
  readonly authority: Certificate;
  readonly seen: Seen[];
  connections: number;
  /** Decides what happens to a request, which waits for it; `index` counts the requests since `forecast` was last set. */
  forecast: (seen: Seen, index: number) => Fault | undefined | Promise<Fault | undefined>;
  close(): Promise<void>;
}

interface WeatherOptions {
  /** Absent: what the client prefers. */
  readonly protocol?: "http/1.1";
  /** Absent: a free one. */
  readonly port?: number;
  /** Absent: a new one. */
  readonly signedBy?: Certificate;
}

/** Starts the weather in front of the API server of a kubeconfig. */
export async function startWeather(kubeconfig: string, options: WeatherOptions = {}): Promise<Weather> {
  const real = readKubeconfig(kubeconfig);
  const upstream = new Agent({ keepAlive: true, ca: real.ca });
  const authority = options.signedBy ?? createAuthority("weather");
  const serving = createServingCertificate(authority, ["127.0.0.1", "localhost"]);
  const sessions = new Set<ServerHttp2Session>();
  const sockets = new Set<TLSSocket>();
  let index = 0;
  let forecast: Weather["forecast"] = () => undefined;
  const tls = { key: serving.key, cert: serving.certificate, requestCert: true, rejectUnauthorized: false };
  // The two servers speak to their handlers in nearly the same words; their types do not say so.
  const server =
    options.protocol === "http/1.1"
      ? (createServer(tls) as unknown as Http2SecureServer)
      : createSecureServer({ ...tls, allowHTTP1: true });
  const weather: Weather = {
    url: "",
    authority,
    seen: [],
    connections: 0,
    get forecast() {
      return forecast;
    },
    set forecast(next) {
      index = 0;
      forecast = next;
    },
    close: async () => {
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
      upstream.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on("session", (session) => sessions.add(session));
  server.on("secureConnection", (socket: TLSSocket) => {
    weather.connections += 1;
    sockets.add(socket.on("error", () => undefined));
  });
  server.on("request", (request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    const seen = await record(request);
    weather.seen.push(seen);
    const fault = await forecast(seen, index++);
    if (fault !== undefined && "silence" in fault) return;
    if (fault !== undefined && "reset" in fault && fault.reset === "before") return cutLine(request);
    if (fault !== undefined && "reply" in fault) return void reply(response, fault.reply);
    if (fault !== undefined && "goaway" in fault) request.stream.session?.goaway(0);
    if (fault !== undefined && "delay" in fault) await sleep(fault.delay);
    if (fault !== undefined && "act" in fault && fault.when === "before") return fault.act();
    const answer = await passOn(real.server, upstream, seen);
    if (fault !== undefined && "act" in fault) return fault.act();
    if (fault !== undefined && "reset" in fault) return cutLine(request);
    const body = fault !== undefined && "cutTo" in fault ? answer.body.subarray(0, fault.cutTo) : answer.body;
    response.writeHead(answer.status, { ...answer.headers, "content-length": String(body.length) });
    response.end(body);
  }

  await new Promise<void>((resolve, reject) =>
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve),
  );
  return Object.assign(weather, { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** Ends the whole connection at once, as a crash of the server or a broken line does. */
function cutLine(request: Http2ServerRequest): void {
  const socket = request.stream?.session?.socket ?? request.socket;
  (socket as TLSSocket).destroy();
}

function reply(response: Http2ServerResponse, what: Extract<Fault, { reply: unknown }>["reply"]): void {
  response.writeHead(what.status, { "content-type": what.type ?? "text/html", ...what.headers });
  response.end(what.body ?? "");
}

async function record(request: Http2ServerRequest): Promise<Seen> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const socket = (request.stream?.session?.socket ?? request.socket) as TLSSocket;
  return {
    httpVersion: request.httpVersion,
    method: request.method,
    path: request.url,
    headers: request.headers,
    body: Buffer.concat(chunks).toString("utf8"),
    clientName: socket.getPeerCertificate?.().subject?.CN?.toString(),
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

function passOn(server: string, agent: Agent, seen: Seen): Promise<Answer> {
  const kept = Object.entries(seen.headers).filter(([name]) => !name.startsWith(":") && name !== "host");
  // Without a length, node:http does not frame the body of a DELETE at all.
  const length = seen.body === "" ? {} : { "content-length": Buffer.byteLength(seen.body) };
  return new Promise((resolve, reject) => {
    const options = { agent, method: seen.method, headers: { ...Object.fromEntries(kept), ...length } };
    const request = startRequest(new URL(seen.path, server), options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const kept = ["content-type", "content-encoding", "retry-after"].filter(
          (name) => answer.headers[name],
        );
        const fields = Object.fromEntries(kept.map((name) => [name, String(answer.headers[name])]));
        resolve({ status: answer.statusCode ?? 0, headers: fields, body: Buffer.concat(chunks) });
      });
    });
    request.once("error", reject);
    request.end(seen.body);
  });
}

interface RealCluster {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}

/** Server, authority and token of a kubeconfig of the stand. */
export function readKubeconfig(file: string): RealCluster {
  const { clusters, users } = JSON.parse(readFileSync(file, "utf8")) as {
    clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
    users: { user: { token: string } }[];
  };
  const { cluster } = clusters[0] ?? {};
  const { user } = users[0] ?? {};
  if (cluster === undefined || user === undefined)
    throw new Error(`${file} is not a kubeconfig of the stand`);
  const ca = Buffer.from(cluster["certificate-authority-data"], "base64").toString();
  return { server: cluster.server, ca, token: user.token };
}

/** A kubeconfig with one context called `stormy`, as JSON. */
export function kubeconfigFor(cluster: Record<string, unknown>, user: Record<string, unknown>): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "stormy",
    contexts: [{ name: "stormy", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user }],
  });
}

/** The cluster entry of a kubeconfig that leads through the weather. */
export function through(weather: Weather): Record<string, unknown> {
  return {
    server: weather.url,
    "certificate-authority-data": Buffer.from(weather.authority.certificate).toString("base64"),
  };
}

/** Connection options with nothing of this machine in them. */
export const nowhere: ConnectionOptions = { env: {}, homeDir: "/nonexistent", cwd: "/" };
