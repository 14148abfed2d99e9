/** A guard refused a request. */
export interface GuardDenial {
  /** The name of the ValidatingAdmissionPolicy. */
  readonly policy: string;
  /** Its words; of a broken guard, the error of its expression. */
  readonly message: string;
  /** The guard could not judge: it failed closed, which is not the same as having held. */
  readonly broken: boolean;
}

/** What an answer of the server must have to be judged; an ApiError has it. */
export interface RefusedRequest {
  readonly code: number;
  readonly message: string;
}

/** kubernetes: apiserver/pkg/admission/plugin/policy/validating/dispatcher.go */
const DENIED = /ValidatingAdmissionPolicy '([^']+)' with binding '[^']+' denied request: (.*)$/s;

/** kubernetes: apiserver/pkg/admission/plugin/policy/validating/validator.go, and the cost limits of CEL. */
const BROKEN =
  /^expression '.*' resulted in error: |^failed to configure (?:policy|binding): |cost limit exceeded$/s;

/**
 * Which guard refused the request; `undefined` when none did. A Status has no field for the name of the policy, so
 * the words of the server decide, as in boundaries/refusal.ts and cluster/server-text.ts, and nowhere else. A policy without a reason, and an expression that fails,
 * answer 422 instead of 403. Where several guards refuse, the server names any one of them.
 */
export function guardDenied(error: RefusedRequest): GuardDenial | undefined {
  if (error.code !== 403 && error.code !== 422) return undefined;
  const [, policy, message] = DENIED.exec(error.message) ?? [];
  if (policy === undefined || message === undefined) return undefined;
  return { policy, message, broken: BROKEN.test(message) };
}
