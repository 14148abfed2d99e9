/**
 * One request to an API server. A `path` that holds the name of an object, a namespace or a kind is built by `paths.ts`
 * only; the rest (`/version`, discovery, reviews of access) are constants.
 */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as exactly the bytes of JSON.stringify. */
  readonly body?: unknown;
  /** Of the body; absent: application/json. */
  readonly contentType?: string;
  /** Whom to act as, for this request only. */
  readonly impersonate?: { readonly user: string; readonly groups: readonly string[] };
  /** May it be sent again when nobody knows whether it arrived? GET, apply with uid, DELETE with uid: yes. Absent: for GET only. */
  readonly repeatable?: boolean;
  readonly signal?: AbortSignal;
  /** The media types asked for; absent: application/json. */
  readonly accept?: string;
}

/** The answer to a request that the server carried out (2xx); everything else is thrown as an ApiError or a ConnectionError. */
export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
  /** The `Warning` headers as they came, joined by commas (KEP-1693); absent: none. */
  readonly warnings?: string;
}

/** A cluster that can be talked to: one connection pool, one identity. */
export interface Cluster {
  /** The kubeconfig context, for people. */
  readonly context: string;
  /** The server's address, for people. */
  readonly server: string;
  /** The user whom all requests act as (`--as`); absent: the user of the context. */
  readonly actingAs?: string | undefined;
  send(request: ApiRequest): Promise<ApiResponse>;
  close(): Promise<void>;
}
