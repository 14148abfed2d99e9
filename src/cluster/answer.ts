import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { ApiResponse } from "./cluster.ts";
import type { StatusCause } from "./api-error.ts";
import { ApiError, ConnectionError } from "./api-error.ts";
import type { WireResponse } from "./transport/transport.ts";

/**
 * The server's answer as an ApiResponse. Everything that is not a 2xx with a Kubernetes object in it is thrown:
 * an ApiError for a server's no, a ConnectionError for what no API server would say.
 * `request` is `METHOD path`, for the errors.
 */
export async function readAnswer(request: string, response: WireResponse): Promise<ApiResponse> {
  const { status } = response;
  if (status >= 300 && status < 400) throw redirected(request, response);
  const body = await parseBody(request, response);
  if (status < 200 || status > 299) throw refusal(request, response, body);
  // /version answers with a plain map; everything else in the API says what it is.
  if (!isMap(body) || (typeof body.kind !== "string" && request !== "GET /version")) {
    throw foreign(request, response, "a JSON document that is no Kubernetes object");
  }
  const warnings = response.headers["warning"];
  return { status, body, ...(warnings === undefined ? {} : { warnings }) };
}

/** JSON becomes a value, anything else undefined. */
async function parseBody(request: string, response: WireResponse): Promise<unknown> {
  const isJson = /^application\/([\w.+-]+\+)?json\b/.test(response.headers["content-type"] ?? "");
  if (!isJson) {
    if (response.status < 300) throw foreign(request, response, contentName(response));
    return undefined;
  }
  try {
    return JSON.parse(await text(response)) as unknown;
  } catch (error) {
    // The parser's message quotes the body, which may be a Secret.
    const { code } = error as NodeJS.ErrnoException;
    throw new ConnectionError(
      request,
      "the server's answer is cut off or damaged",
      code === undefined ? undefined : error,
      {
        problem: "truncated",
        sent: true,
      },
    );
  }
}

async function text(response: WireResponse): Promise<string> {
  const { body, headers } = response;
  return (headers["content-encoding"] === "gzip" ? await promisify(gunzip)(body) : body).toString("utf8");
}

function refusal(request: string, response: WireResponse, body: unknown): Error {
  if (isMap(body) && body.kind === "Status") return statusError(request, response, body);
  const type = response.headers["content-type"] ?? "";
  // Go's HTTP server and the API server's overload protection answer in plain text (kubernetes: filters/maxinflight.go).
  if (!type.startsWith("text/plain")) return foreign(request, response, contentName(response));
  const line = response.body.toString("utf8").trim().split("\n")[0]?.slice(0, 300) ?? "";
  return apiError(request, response, { reason: "", message: line, causes: [] });
}

function statusError(request: string, response: WireResponse, status: JsonRecord): ApiError {
  const details = isMap(status.details) ? status.details : {};
  const causes = Array.isArray(details.causes) ? details.causes.filter(isMap).map(toCause) : [];
  const message = typeof status.message === "string" ? status.message : "";
  const fields = { reason: typeof status.reason === "string" ? status.reason : "", message, causes };
  const seconds = typeof details.retryAfterSeconds === "number" ? details.retryAfterSeconds : undefined;
  return apiError(request, response, fields, seconds);
}

function apiError(
  request: string,
  response: WireResponse,
  fields: { reason: string; message: string; causes: readonly StatusCause[] },
  seconds?: number,
): ApiError {
  const code = response.status;
  const message = fields.message === "" ? `the server answered ${code}` : fields.message;
  const header = Number.parseInt(response.headers["retry-after"] ?? "", 10);
  const retryAfterSeconds = Number.isNaN(header) ? seconds : header;
  const warnings = response.headers["warning"];
  return new ApiError({ ...fields, message, code, request, retryAfterSeconds, warnings });
}

/** metav1.StatusCause calls its type `reason` in JSON (apimachinery/pkg/apis/meta/v1/types.go). */
function toCause(cause: JsonRecord): StatusCause {
  return {
    ...(typeof cause.reason === "string" ? { reason: cause.reason } : {}),
    ...(typeof cause.message === "string" ? { message: cause.message } : {}),
    ...(typeof cause.field === "string" ? { field: cause.field } : {}),
  };
}

function redirected(request: string, response: WireResponse): ConnectionError {
  const location = response.headers.location ?? "";
  // Only the host: a redirect to a sign-in page carries state in its query.
  const to = URL.canParse(location) ? ` to ${new URL(location).host}` : "";
  const message = `the server redirects${to} (${response.status}); an API server never does`;
  return new ConnectionError(request, message, undefined, {
    problem: "redirect",
    sent: true,
    code: response.status,
  });
}

function foreign(request: string, response: WireResponse, what: string): ConnectionError {
  const message = `the answer (${response.status}) is ${what}, not a Kubernetes API server's`;
  return new ConnectionError(request, message, undefined, {
    problem: "foreign",
    sent: true,
    code: response.status,
  });
}

function contentName(response: WireResponse): string {
  const type = (response.headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
  if (type === "text/html") return `a web page${pageTitle(response)}`;
  return type === "" ? "of no known type" : `of type ${type}`;
}

function pageTitle(response: WireResponse): string {
  const title = /<title>([^<]{1,80})/i.exec(response.body.toString("utf8", 0, 4096))?.[1]?.trim();
  return title === undefined || title === "" ? "" : ` ("${title}")`;
}

type JsonRecord = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
