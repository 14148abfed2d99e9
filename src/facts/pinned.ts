import { ExitCode, ExpectedError } from "../errors.ts";
import type { ClusterRanges, Facts } from "./facts.ts";
import { pinnedRoles } from "./pinned/pinned-roles.ts";

type PinnedMinor = keyof typeof pinnedRoles;

/** The minors of Kubernetes 1.x whose built-in ClusterRoles are known without a cluster, ascending. */
export const pinnedMinors: readonly number[] = Object.keys(pinnedRoles).map(Number);

/** The newest of them: what is rendered for when nobody names a minor or a cluster. */
export const newestPinnedMinor: number = Math.max(...pinnedMinors);

/** The first minor that serves ValidatingAdmissionPolicy as admissionregistration.k8s.io/v1 (KEP-3488, GA in 1.30). */
export const OLDEST_MINOR = 30;

/** The first minor that serves MutatingAdmissionPolicy as admissionregistration.k8s.io/v1 (KEP-3962, GA in 1.36). */
const FIRST_MINOR_WITH_MUTATING_POLICIES = 36;

/** The ranges of a cluster that has not been asked. */
const unknownRanges: ClusterRanges = {
  pods: "unknown",
  services: "unknown",
  nodes: "unknown",
  apiServer: "unknown",
};

/**
 * What a fresh cluster of a Kubernetes minor is like, from Kubernetes' own bootstrap data. What differs from cluster to
 * cluster is `unknown`. Throws an ExpectedError (exit code 2) for a minor that is not pinned, naming those that are.
 */
export async function pinnedFacts(minor: number): Promise<Facts> {
  if (!isPinned(minor)) throw notPinned(minor);
  const { default: baseRoles } = await pinnedRoles[minor]();
  return {
    source: "pinned",
    minor,
    baseRoles,
    mutatingAdmissionPolicies: minor >= FIRST_MINOR_WITH_MUTATING_POLICIES,
    ranges: unknownRanges,
    runtimeClasses: "unknown",
    priorityClasses: "unknown",
  };
}

function isPinned(minor: number): minor is PinnedMinor {
  return Object.hasOwn(pinnedRoles, minor);
}

function notPinned(minor: number): ExpectedError {
  const known = pinnedMinors.map((each) => `1.${each}`).join(", ");
  return new ExpectedError(ExitCode.usage, `The built-in roles of Kubernetes 1.${minor} are not known.`, {
    hint: `Known without a cluster: ${known}. For another version, read them from the cluster with --context.`,
  });
}
