import type { ConnectionProblem } from "../api-error.ts";

/** One HTTP request. Header names are lower case; a list of values is sent as that many headers. */
export interface WireRequest {
  readonly method: string;
  /** With base path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Buffer | undefined;
  readonly signal: AbortSignal;
}

/** The whole answer, still compressed if the server compressed it. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** A pool of connections to one server. Throws TransportError. */
export interface Transport {
  request(request: WireRequest): Promise<WireResponse>;
  /** No new requests on the connections that there are; those under way finish. */
  retire(): void;
  close(): void;
}

/** The connection failed. `sent: false` is certain: the server saw nothing of the request. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly problem: ConnectionProblem;
  readonly sent: boolean;

  constructor(problem: ConnectionProblem, sent: boolean, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.problem = problem;
    this.sent = sent;
  }
}

/** Whatever went wrong while a request was under way, as a TransportError. */
export function brokenConnection(error: unknown, signal: AbortSignal): TransportError {
  if (error instanceof TransportError) return error;
  if (signal.aborted) return abortedBy(signal, true);
  const { code } = error as NodeJS.ErrnoException;
  return new TransportError(
    "reset",
    true,
    `the connection broke (${code ?? (error as Error).message})`,
    error,
  );
}

/** The error of a request that was given up: by its time limit, or because somebody asked for it. */
export function abortedBy(signal: AbortSignal, sent: boolean): TransportError {
  if (signal.reason instanceof TransportError) {
    return new TransportError(signal.reason.problem, sent, signal.reason.message);
  }
  return new TransportError("aborted", sent, "interrupted", signal.reason);
}
