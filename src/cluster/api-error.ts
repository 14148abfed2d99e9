/** One cause in a Status (kubernetes: apimachinery/pkg/apis/meta/v1/types.go, StatusCause). */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** The server answered, and it was a no. Code, reason and causes are for deciding, the message for people only. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: number;
  /** metav1.StatusReason: NotFound, AlreadyExists, Conflict, Forbidden, Invalid … or "" */
  readonly reason: string;
  readonly causes: readonly StatusCause[];
  /** `METHOD path`, without query. */
  readonly request: string;
  /** What the server asked to wait before another try (Retry-After, RFC 9110 10.2.3); seconds. */
  readonly retryAfterSeconds: number | undefined;
  /** As ApiResponse.warnings: what the server warned of before somebody else refused. */
  readonly warnings: string | undefined;

  constructor(fields: ApiErrorFields) {
    super(fields.message);
    this.code = fields.code;
    this.reason = fields.reason;
    this.causes = fields.causes;
    this.request = fields.request;
    this.retryAfterSeconds = fields.retryAfterSeconds;
    this.warnings = fields.warnings;
  }
}

interface ApiErrorFields {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly StatusCause[];
  readonly request: string;
  readonly retryAfterSeconds?: number | undefined;
  readonly warnings?: string | undefined;
}

/**
 * What went wrong between us and the server. dns, refused, proxy, tls: no connection came about; reset, truncated: it
 * broke; timeout: nothing came in time; redirect, foreign: an answer came that is not a Kubernetes API server's.
 */
export type ConnectionProblem =
  | "dns"
  | "refused"
  | "proxy"
  | "tls"
  | "reset"
  | "truncated"
  | "timeout"
  | "redirect"
  | "foreign"
  | "aborted";

/** `sent: false` is certain: the server has not seen the request. `code`: of an HTTP answer that was not Kubernetes'. */
export interface ConnectionDetails {
  readonly problem: ConnectionProblem;
  readonly sent: boolean;
  readonly code?: number;
}

/** Nobody knows whether the server saw the request: no connection, reset, timeout, or an answer that is not Kubernetes'. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly request: string;
  readonly details: ConnectionDetails;

  constructor(request: string, message: string, cause?: unknown, details?: ConnectionDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.request = request;
    this.details = details ?? { problem: "reset", sent: true };
  }
}
