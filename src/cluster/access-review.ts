import { ExitCode, ExpectedError } from "../errors.ts";
import { ConnectionError } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";

/** One right that is needed (kubernetes: staging/src/k8s.io/api/authorization/v1/types.go, ResourceAttributes). */
export interface AccessCheck {
  readonly verb: string;
  readonly group: string;
  /** The plural, or `plural/subresource`. */
  readonly resource: string;
  /** Absent: all namespaces, or a cluster-scoped resource. */
  readonly namespace?: string;
  /** Absent: all names. */
  readonly name?: string;
}

const PATH = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/** The rights among these that we do not have. The review is a POST that stores nothing. Throws ApiError, ConnectionError. */
export async function missingRights(
  cluster: Cluster,
  checks: readonly AccessCheck[],
  signal?: AbortSignal,
): Promise<readonly AccessCheck[]> {
  const allowed = await Promise.all(checks.map((check) => isAllowed(cluster, check, signal)));
  return checks.filter((_, index) => !allowed[index]);
}

/** Throws an ExpectedError (exit code 3) that names every right that is missing, before anything is begun. */
export async function preflight(
  cluster: Cluster,
  checks: readonly AccessCheck[],
  signal?: AbortSignal,
): Promise<void> {
  const missing = await missingRights(cluster, checks, signal);
  if (missing.length === 0) return;
  throw new ExpectedError(ExitCode.unable, `you lack ${missing.length} of the rights that this needs`, {
    problems: missing.map((check) => ({ message: describeRight(check) })),
    hint: `ask an administrator of ${cluster.server}, or choose another context than "${cluster.context}"`,
  });
}

/** `create roles.rbac.authorization.k8s.io in namespace payments`. */
export function describeRight(check: AccessCheck): string {
  const resource = check.group === "" ? check.resource : `${check.resource}.${check.group}`;
  const name = check.name === undefined ? "" : ` "${check.name}"`;
  const where = check.namespace === undefined ? "" : ` in namespace ${check.namespace}`;
  return `${check.verb} ${resource}${name}${where}`;
}

async function isAllowed(cluster: Cluster, check: AccessCheck, signal?: AbortSignal): Promise<boolean> {
  const { body } = await cluster.send({
    method: "POST",
    path: PATH,
    body: review(check),
    repeatable: true,
    ...(signal ? { signal } : {}),
  });
  const { status } = body as { readonly status?: { readonly allowed?: unknown } };
  if (typeof status?.allowed === "boolean") return status.allowed;
  const message = "the answer says neither allowed nor denied";
  throw new ConnectionError(`POST ${PATH}`, message, undefined, { problem: "foreign", sent: true });
}

function review(check: AccessCheck): unknown {
  const [resource, subresource] = check.resource.split("/");
  const { verb, group, namespace, name } = check;
  return {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { verb, group, resource, subresource, namespace, name } },
  };
}
