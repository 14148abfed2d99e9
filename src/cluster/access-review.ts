import { ExitCode, ExpectedError } from "../errors.ts";
import type { PolicyRule } from "../facts/facts.ts";
import { rulesCover } from "../facts/rules.ts";
import { ConnectionError } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import { callerOf } from "./explain-error.ts";

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

const ACCESS_PATH = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const RULES_PATH = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";

/**
 * The rules by which we hold rights in every namespace, and in no single one only. An authorizer that cannot list its
 * rules leaves some out, so what they do not cover may be held all the same. Throws ApiError, ConnectionError.
 */
export async function ownRules(cluster: Cluster, signal?: AbortSignal): Promise<readonly PolicyRule[]> {
  // A review is always for a namespace. This one cannot exist: names have at most 63 characters.
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectRulesReview",
    spec: { namespace: "x".repeat(64) },
  };
  const { status } = (await review(cluster, RULES_PATH, body, signal)) as {
    readonly status?: { readonly resourceRules?: unknown };
  };
  if (Array.isArray(status?.resourceRules)) return status.resourceRules as readonly PolicyRule[];
  throw foreignAnswer(RULES_PATH, "lists no rules");
}

/** What the server says that somebody may do in a namespace, rights in the whole cluster included. */
export interface ListedRights {
  readonly rules: readonly PolicyRule[];
  /** False: an authorizer of the server cannot list its rules, so there may be more. */
  readonly complete: boolean;
}

/** The rights of somebody else, asked for as that person. Throws ApiError, ConnectionError. */
export async function rightsOf(
  cluster: Cluster,
  namespace: string,
  impersonate: { readonly user: string; readonly groups: readonly string[] },
): Promise<ListedRights> {
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectRulesReview",
    spec: { namespace },
  };
  const request = { method: "POST", path: RULES_PATH, body, repeatable: true, impersonate } as const;
  const { status } = (await cluster.send(request)).body as {
    readonly status?: { readonly resourceRules?: unknown; readonly incomplete?: unknown };
  };
  if (!Array.isArray(status?.resourceRules)) throw foreignAnswer(RULES_PATH, "lists no rules");
  return { rules: status.resourceRules as readonly PolicyRule[], complete: status.incomplete !== true };
}

/**
 * The rights among these that we do not have; each is asked for once, and only where the rules that we hold everywhere
 * do not say it. The review is a POST that stores nothing. Throws ApiError, ConnectionError.
 */
export async function missingRights(
  cluster: Cluster,
  checks: readonly AccessCheck[],
  known: { readonly own?: readonly PolicyRule[]; readonly signal?: AbortSignal } = {},
): Promise<readonly AccessCheck[]> {
  const { own = [], signal } = known;
  const open = checks.filter((check) => !rulesCover(own, check));
  const asked = [...new Map(open.map((check) => [describeRight(check), check])).values()];
  const allowed = await Promise.all(asked.map((check) => isAllowed(cluster, check, signal)));
  return asked.filter((_, index) => !allowed[index]);
}

/**
 * Throws an ExpectedError (exit code 3) that names every right that is missing, before anything is begun. `source`: the
 * command that prints a ClusterRole with them.
 */
export async function preflight(
  cluster: Cluster,
  checks: readonly AccessCheck[],
  source: string,
  known: { readonly own?: readonly PolicyRule[]; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const missing = await missingRights(cluster, checks, known);
  if (missing.length === 0) return;
  throw new ExpectedError(ExitCode.unable, `you lack ${missing.length} of the rights that this needs`, {
    problems: missing.map((check) => ({ message: describeRight(check) })),
    hint: `you are ${callerOf(cluster)}; ${source} prints the ClusterRole that has them: ask an administrator of ${cluster.server} for it, or choose another --context`,
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
  const [resource, subresource] = check.resource.split("/");
  const { verb, group, namespace, name } = check;
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { verb, group, resource, subresource, namespace, name } },
  };
  const { status } = (await review(cluster, ACCESS_PATH, body, signal)) as {
    readonly status?: { readonly allowed?: unknown };
  };
  if (typeof status?.allowed === "boolean") return status.allowed;
  throw foreignAnswer(ACCESS_PATH, "says neither allowed nor denied");
}

async function review(cluster: Cluster, path: string, body: object, signal?: AbortSignal): Promise<unknown> {
  const request = { method: "POST", path, body, repeatable: true, ...(signal ? { signal } : {}) } as const;
  return (await cluster.send(request)).body;
}

function foreignAnswer(path: string, what: string): ConnectionError {
  const details = { problem: "foreign", sent: true } as const;
  return new ConnectionError(`POST ${path}`, `the answer ${what}`, undefined, details);
}
