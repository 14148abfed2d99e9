import { ExpectedError } from "../errors.ts";
import { ConnectionError } from "./api-error.ts";
import { readAnswer } from "./answer.ts";
import type { Clock } from "./clock.ts";
import type { ApiRequest, ApiResponse, Cluster } from "./cluster.ts";
import type { CredentialSource, Credentials } from "./identity/credentials.ts";
import type { Impersonation } from "./identity/impersonation.ts";
import { impersonationHeaders } from "./identity/impersonation.ts";
import type { InFlightLimit } from "./in-flight.ts";
import type { RetryPolicy } from "./retry.ts";
import { withRetries } from "./retry.ts";
import type { Transport, WireRequest, WireResponse } from "./transport/transport.ts";
import { TransportError } from "./transport/transport.ts";

/** What a connection works with. */
export interface ConnectionParts {
  readonly context: string;
  readonly server: string;
  readonly basePath: string;
  readonly userAgent: string;
  readonly compress: boolean;
  readonly warnings: readonly string[];
  readonly source: CredentialSource;
  readonly transport: Transport;
  readonly inFlight: InFlightLimit;
  readonly impersonation: Impersonation | undefined;
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
  readonly retryPolicy: RetryPolicy;
}

/** A Cluster over a transport: credentials, time limits, the limit in flight, and another try where that is safe. */
export class Connection implements Cluster {
  readonly context: string;
  readonly server: string;
  readonly actingAs: string | undefined;
  /** What the person should know before trusting this connection. */
  readonly warnings: readonly string[];
  readonly inFlight: InFlightLimit;
  readonly #parts: ConnectionParts;
  #certificate: Credentials["certificate"];
  #answered = false;

  constructor(parts: ConnectionParts) {
    this.context = parts.context;
    this.server = parts.server;
    this.actingAs = parts.impersonation?.user;
    this.warnings = parts.warnings;
    this.inFlight = parts.inFlight;
    this.#parts = parts;
  }

  async send(request: ApiRequest): Promise<ApiResponse> {
    const { clock, retryPolicy } = this.#parts;
    const repeatable = request.repeatable ?? request.method === "GET";
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body), "utf8");
    const attempt = (): Promise<ApiResponse> =>
      this.inFlight.run(() => this.#sendOnce(request, body), request.signal);
    try {
      return await withRetries(attempt, {
        repeatable,
        known: () => this.#answered,
        clock,
        policy: retryPolicy,
        signal: request.signal,
      });
    } catch (error) {
      throw request.signal?.aborted === true ? interrupted(request, error) : error;
    }
  }

  async close(): Promise<void> {
    this.#parts.transport.close();
  }

  /** A 401 is answered before anything is done: with fresh credentials the request may go again, whatever it is. */
  async #sendOnce(request: ApiRequest, body: Buffer | undefined): Promise<ApiResponse> {
    const { source } = this.#parts;
    const credentials = await source.current();
    const first = await this.#exchange(request, body, credentials);
    const again = first.status === 401 && (await source.renew(credentials));
    const response = again ? await this.#exchange(request, body, await source.current()) : first;
    return readAnswer(labelOf(request), response);
  }

  async #exchange(
    request: ApiRequest,
    body: Buffer | undefined,
    credentials: Credentials,
  ): Promise<WireResponse> {
    this.#useCertificate(credentials);
    const limit = timeLimit(this.#parts.requestTimeoutMs, request.signal);
    try {
      const wire = this.#wireRequest(request, body, credentials, limit.signal);
      const response = await this.#parts.transport.request(wire);
      this.#answered = true;
      return response;
    } catch (error) {
      // After silence the connection may be dead without anybody having said so: the next request gets a new one.
      if (error instanceof TransportError && error.problem === "timeout") this.#parts.transport.retire();
      throw asConnectionError(request, error);
    } finally {
      limit.end();
    }
  }

  /** A connection belongs to the certificate that it was opened with. */
  #useCertificate(credentials: Credentials): void {
    if (this.#certificate !== credentials.certificate) this.#parts.transport.retire();
    this.#certificate = credentials.certificate;
  }

  #wireRequest(
    request: ApiRequest,
    body: Buffer | undefined,
    credentials: Credentials,
    signal: AbortSignal,
  ): WireRequest {
    const { basePath, userAgent, compress, impersonation } = this.#parts;
    const query = new URLSearchParams(request.query ?? {}).toString();
    return {
      method: request.method,
      path: `${basePath}${request.path}${query === "" ? "" : `?${query}`}`,
      headers: {
        "user-agent": userAgent,
        accept: request.accept ?? "application/json",
        ...(compress && request.method === "GET" ? { "accept-encoding": "gzip" } : {}),
        ...(body === undefined ? {} : { "content-type": request.contentType ?? "application/json" }),
        ...(credentials.authorization === undefined ? {} : { authorization: credentials.authorization }),
        ...impersonationHeaders(request.impersonate ?? impersonation),
      },
      body,
      signal,
    };
  }
}

function labelOf(request: ApiRequest): string {
  return `${request.method} ${request.path}`;
}

function asConnectionError(request: ApiRequest, error: unknown): unknown {
  if (!(error instanceof TransportError)) return error;
  const { problem, sent, message } = error;
  return new ConnectionError(labelOf(request), message, error.cause, { problem, sent });
}

/** However a wait was broken off, the caller sees one kind of error. */
function interrupted(request: ApiRequest, error: unknown): unknown {
  if (
    error instanceof ExpectedError ||
    (error instanceof ConnectionError && error.details.problem === "aborted")
  ) {
    return error;
  }
  return new ConnectionError(labelOf(request), "interrupted", error, { problem: "aborted", sent: true });
}

/** A signal that aborts after the time, or with the given signal. `end` must be called, or the timer keeps running. */
function timeLimit(milliseconds: number, signal?: AbortSignal): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal?.reason);
  const expire = (): void => {
    controller.abort(new TransportError("timeout", true, `no answer within ${milliseconds / 1000} s`));
  };
  const timer = milliseconds > 0 ? setTimeout(expire, milliseconds) : undefined;
  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener("abort", onAbort);
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}
