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

  constructor(fields: { code: number; reason: string; message: string; causes: readonly StatusCause[]; request: string }) {
    super(fields.message);
    this.code = fields.code;
    this.reason = fields.reason;
    this.causes = fields.causes;
    this.request = fields.request;
  }
}

/** Nobody knows whether the server saw the request: no connection, reset, timeout, or an answer that is not Kubernetes'. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly request: string;

  constructor(request: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.request = request;
  }
}
