import { connect, constants } from "node:http2";
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import type { Socket } from "node:net";
import type { Endpoint } from "./endpoint.ts";
import type { Transport, WireRequest, WireResponse } from "./transport.ts";
import { TransportError, abortedBy, brokenConnection } from "./transport.ts";

/** Bytes that the server may send before we confirm any; the protocol's 64 kB make long answers wait for each round trip. */
const WINDOW = 16 * 1024 * 1024;
/** MiB of buffers and headers that a session may hold; the default of 10 is less than one window. */
const SESSION_MEMORY = 256;

/** An HTTP/2 session (RFC 9113): all requests on one connection. `usable` turns false for good when it ends. */
export interface Http2Transport extends Transport {
  readonly usable: boolean;
}

/** HTTP/2 over a socket on which it was agreed. */
export function http2Transport(endpoint: Endpoint, socket: Socket): Http2Transport {
  const session = connect(`https://${endpoint.authority}`, {
    createConnection: () => socket,
    settings: { initialWindowSize: WINDOW, enablePush: false },
    maxSessionMemory: SESSION_MEMORY,
  });
  session.once("connect", () => session.setLocalWindowSize(WINDOW));
  // Each request under way gets the error too; without a listener it would end the process.
  session.on("error", () => {});
  session.unref();
  const busy = new Set<ClientHttp2Stream>();
  return {
    get usable() {
      return !session.closed && !session.destroyed;
    },
    request: (request) => exchange(session, endpoint, request, busy),
    retire: () => session.close(),
    close: () => session.destroy(),
  };
}

function exchange(
  session: ClientHttp2Session,
  endpoint: Endpoint,
  wire: WireRequest,
  busy: Set<ClientHttp2Stream>,
): Promise<WireResponse> {
  if (wire.signal.aborted) return Promise.reject(abortedBy(wire.signal, false));
  const stream = open(session, endpoint, wire);
  // An idle session must not keep the process alive, a busy one must.
  busy.add(stream);
  session.ref();
  return readAnswer(stream, wire.signal).finally(() => {
    busy.delete(stream);
    if (busy.size === 0 && !session.destroyed) session.unref();
  });
}

function open(session: ClientHttp2Session, endpoint: Endpoint, wire: WireRequest): ClientHttp2Stream {
  try {
    const stream = session.request(
      {
        ...(wire.headers as Record<string, string | string[]>),
        [constants.HTTP2_HEADER_METHOD]: wire.method,
        [constants.HTTP2_HEADER_PATH]: wire.path,
        [constants.HTTP2_HEADER_AUTHORITY]: endpoint.authority,
      },
      { endStream: wire.body === undefined },
    );
    if (wire.body !== undefined) stream.end(wire.body);
    return stream;
  } catch (error) {
    throw new TransportError("reset", false, "the connection was just closed", error);
  }
}

function readAnswer(stream: ClientHttp2Stream, signal: AbortSignal): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    let headers: IncomingHttpHeaders | undefined;
    const chunks: Buffer[] = [];
    const onAbort = (): void => {
      stream.close(constants.NGHTTP2_CANCEL);
      fail(abortedBy(signal, true));
    };
    const fail = (error: unknown): void => {
      signal.removeEventListener("abort", onAbort);
      reject(streamError(stream, error, signal));
    };
    signal.addEventListener("abort", onAbort);
    stream.once("response", (received) => {
      headers = received;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.once("error", fail);
    stream.once("close", () => {
      if (headers === undefined || !isComplete(stream)) return fail(new Error("the stream was cut off"));
      signal.removeEventListener("abort", onAbort);
      resolve(response(headers, chunks));
    });
  });
}

/** A reset without an error code, or the end of the connection, closes a stream quietly: only these tell it from a good end. */
function isComplete(stream: ClientHttp2Stream): boolean {
  return stream.readableEnded && !stream.aborted && stream.rstCode === constants.NGHTTP2_NO_ERROR;
}

/** REFUSED_STREAM is the server's word that it did nothing with the request (RFC 9113 8.7). */
function streamError(stream: ClientHttp2Stream, error: unknown, signal: AbortSignal): TransportError {
  if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM && !signal.aborted) {
    return new TransportError("reset", false, "the server refused the request before looking at it", error);
  }
  return brokenConnection(error, signal);
}

function response(headers: IncomingHttpHeaders, chunks: readonly Buffer[]): WireResponse {
  const plain = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return {
    status: Number(headers[":status"]),
    headers: Object.fromEntries(plain),
    body: Buffer.concat(chunks),
  };
}
