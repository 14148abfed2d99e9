import { ownRules, preflight } from "../cluster/access-review.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { explainError } from "../cluster/explain-error.ts";
import type { Probe } from "../execute/guard-probe.ts";
import { neededRights, probingRights } from "../execute/needed-rights.ts";
import type { PolicyRule } from "../facts/facts.ts";
import type { Plan } from "../plan/plan.ts";

/** What is going to be done: plans, and the guards that will be asked. */
interface Intent {
  readonly plans: readonly Plan[];
  readonly probes?: readonly Probe[];
}

/** The rules by which the caller holds rights everywhere. Throws ExpectedError (exit code 3) when the server does not say. */
export async function rulesOfCaller(cluster: Cluster): Promise<readonly PolicyRule[]> {
  return explained(cluster, ownRules(cluster));
}

/**
 * Throws an ExpectedError (exit code 3) that names every right which this takes and the caller does not hold, or says
 * why it cannot be told. `own`: the rules of the caller.
 */
export async function checkRights(
  cluster: Cluster,
  { plans, probes = [] }: Intent,
  own: readonly PolicyRule[],
): Promise<void> {
  const needed = [...probingRights(probes), ...plans.flatMap((plan) => neededRights(plan, own))];
  await explained(cluster, preflight(cluster, needed, "mtenant role operator", { own }));
}

function explained<Result>(cluster: Cluster, review: Promise<Result>): Promise<Result> {
  return review.catch((error: unknown) => {
    throw explainError(error, cluster, "see which rights you have");
  });
}
