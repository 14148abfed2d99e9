import { Agent, request as startRequest } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Endpoint } from "./endpoint.ts";
import type { Transport, WireRequest, WireResponse } from "./transport.ts";
import { TransportError, abortedBy, brokenConnection } from "./transport.ts";

const MAX_SOCKETS = 32;

/** HTTP/1.1 with kept connections (RFC 9112), over sockets that `open` makes; the first one exists already. */
export function http1Transport(endpoint: Endpoint, first: Socket, open: () => Promise<Socket>): Transport {
  const agent = socketAgent(first, open);
  return {
    request: (request) => exchange(agent, endpoint, request),
    // Sockets that are busy finish their request; they are not reused, because the agent is replaced.
    retire: () => closeIdle(agent),
    close: () => agent.destroy(),
  };
}

function socketAgent(first: Socket, open: () => Promise<Socket>): Agent {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    maxFreeSockets: MAX_SOCKETS,
    scheduling: "lifo",
  });
  let unused: Socket | undefined = first;
  const next = async (): Promise<Socket> => {
    const socket = unused;
    unused = undefined;
    return socket === undefined || socket.destroyed ? open() : socket;
  };
  const deliver = async (done: SocketCallback): Promise<void> => {
    try {
      done(null, await next());
    } catch (error) {
      done(error as Error);
    }
  };
  // The agent only knows http; the sockets that it is given may be TLS, or lead through a proxy.
  agent.createConnection = (_options, done) => {
    void deliver(done as SocketCallback);
    return undefined as never;
  };
  return agent;
}

type SocketCallback = (error: Error | null, socket?: Socket) => void;

function closeIdle(agent: Agent): void {
  for (const sockets of Object.values(agent.freeSockets))
    for (const socket of sockets ?? []) socket.destroy();
}

function exchange(agent: Agent, endpoint: Endpoint, wire: WireRequest): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    if (wire.signal.aborted) return reject(abortedBy(wire.signal, false));
    const request = start(agent, endpoint, wire);
    const fail = (error: unknown): void => {
      wire.signal.removeEventListener("abort", onAbort);
      reject(brokenConnection(error, wire.signal));
    };
    const onAbort = (): void => {
      request.destroy();
      fail(abortedBy(wire.signal, request.socket !== null));
    };
    wire.signal.addEventListener("abort", onAbort);
    request.once("error", fail);
    request.once("response", (answer) => {
      readAll(answer)
        .then(resolve, fail)
        .finally(() => wire.signal.removeEventListener("abort", onAbort));
    });
    request.end(wire.body);
  });
}

function start(agent: Agent, endpoint: Endpoint, wire: WireRequest): ClientRequest {
  const length = wire.body === undefined ? {} : { "content-length": String(wire.body.length) };
  const headers = Object.entries({ ...wire.headers, ...length, host: endpoint.authority });
  return startRequest({
    agent,
    host: endpoint.host,
    port: endpoint.port,
    method: wire.method,
    path: wire.path,
    headers: Object.fromEntries(
      headers.map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
    ),
  });
}

async function readAll(answer: IncomingMessage): Promise<WireResponse> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  if (!answer.complete) throw new TransportError("truncated", true, "the answer ended early");
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}
