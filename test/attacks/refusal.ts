import { guardDenied, type RefusedRequest } from "../../src/boundaries/guards/denial.ts";

/** What of the walls said no: a guard by its name, or what of Kubernetes mtenant has set up. */
export type Wall =
  | "RBAC"
  | "PodSecurity"
  | "ResourceQuota"
  | "LimitRange"
  | "validation"
  | `mtenant-${string}`;

// A Status says Forbidden for all of them alike: which plugin of the API server it was is only in its words.
const plugins: readonly (readonly [Wall, RegExp])[] = [
  ["RBAC", /^.* is forbidden: User "[^"]*" cannot \S+ resource /],
  ["PodSecurity", /violates PodSecurity "/],
  ["ResourceQuota", /exceeded quota: |failed quota: /],
  ["LimitRange", /(?:maximum|minimum) \S+ usage per |max limit to request ratio per /],
];

/**
 * Which wall refused a request, or `undefined` when it was none of them. `validation` is the API server's own: the
 * object was invalid. A guard that could not judge is none either: it held nothing.
 */
export function wallThatRefused(error: RefusedRequest): Wall | undefined {
  const denial = guardDenied(error);
  if (denial !== undefined) return denial.broken ? undefined : (denial.policy as Wall);
  const plugin = plugins.find(([, words]) => words.test(error.message));
  if (plugin !== undefined) return error.code === 403 ? plugin[0] : undefined;
  return error.code === 422 ? "validation" : undefined;
}

/** The wall that a controller met when it made pods; all that it passes on of the answer is the message. */
export function wallThatRefusedPods(message: string): Wall | undefined {
  const invalid = / is invalid: /.test(message) && !message.includes("ValidatingAdmissionPolicy");
  return wallThatRefused({ code: invalid ? 422 : 403, message });
}
