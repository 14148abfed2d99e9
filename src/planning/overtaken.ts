import type { Cluster } from "../cluster/cluster.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import { readRecord, type StoredRecord } from "../execute/records.ts";
import { describeOwner } from "../manifests/manifest.ts";
import type { Plan } from "../plan/plan.ts";

/** A plan, and the record that it was made from. */
interface Planned {
  readonly plan: Plan;
  readonly stored: StoredRecord | undefined;
}

/**
 * Throws (exit code 4) when a plan refuses something and its record is another one by now: the objects are then those
 * that somebody else is creating or deleting at this moment, and no advice about them would be right.
 * Throws ApiError, ConnectionError.
 */
export async function refuseOvertaken(cluster: Cluster, planned: readonly Planned[]): Promise<void> {
  const refusing = planned.filter(({ plan }) =>
    plan.waves.some(({ changes }) => changes.some(({ action }) => action === "refuse")),
  );
  const moved = await Promise.all(refusing.map((each) => hasMoved(cluster, each)));
  const names = refusing.filter((_, at) => moved[at]).map(({ plan }) => describeOwner(plan.owner));
  if (names.length === 0) return;
  throw new ExpectedError(ExitCode.refused, `somebody else works on ${names.join(", ")} at the same time`, {
    hint: "run the command again when they are done: it plans anew from what is there then",
  });
}

async function hasMoved(cluster: Cluster, { plan, stored }: Planned): Promise<boolean> {
  const now = await readRecord(cluster, plan.owner);
  return now?.uid !== stored?.uid || now?.resourceVersion !== stored?.resourceVersion;
}
