import { guard, policyOf, type Refuser } from "./attack.ts";
import { guardDenied, type RefusedRequest } from "./guards/denial.ts";

/** Who refused a request. */
export interface Refusal {
  readonly by: Refuser;
  /** It could not judge, and failed closed: a guard whose expression ends in an error or costs too much. */
  readonly broken: boolean;
}

/**
 * Who refused the request of `user`; undefined when it was none that is known: a webhook, validation, a failing server.
 * All of them answer 403 Forbidden without a cause, so the words decide (as in guards/denial.ts). Another user's refusal is none of ours: without
 * the right to impersonate, it is the impersonator who is refused.
 */
export function refusalOf(error: RefusedRequest, user: string): Refusal | undefined {
  const denial = guardDenied(error);
  if (denial !== undefined) return { by: guard(denial.policy), broken: denial.broken };
  if (error.code !== 403) return undefined;
  const by = builtIn.find(({ says }) => error.message.includes(says(user)))?.by;
  return by === undefined ? undefined : { by, broken: false };
}

/**
 * Did the server warn in the name of this one, which would have refused outside of a stage of warnings? kubernetes:
 * apiserver/pkg/admission/plugin/policy/validating/dispatcher.go, pod-security-admission/admission/admission.go.
 */
export function isWarnedBy(warnings: string, by: Refuser): boolean {
  if (by === "PodSecurity") return warnings.includes("would violate PodSecurity ");
  const policy = policyOf(by);
  return policy !== undefined && warnings.includes(`ValidatingAdmissionPolicy '${policy}' with binding `);
}

/** kubernetes: apiserver/pkg/endpoints/handlers/responsewriters/errors.go, pod-security-admission/admission/admission.go, apiserver/pkg/admission/plugin/resourcequota/controller.go, plugin/pkg/admission/limitranger/admission.go. */
const builtIn: readonly { readonly by: Refuser; readonly says: (user: string) => string }[] = [
  { by: "RBAC", says: (user) => `User ${JSON.stringify(user)} cannot ` },
  { by: "PodSecurity", says: () => "is forbidden: violates PodSecurity " },
  { by: "ResourceQuota", says: () => "is forbidden: exceeded quota: " },
  { by: "LimitRanger", says: () => " usage per " },
];
