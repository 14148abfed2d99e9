import { observe } from "../cluster/observe.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import { describeId, keyOf } from "../manifests/object.ts";
import { meaningfulPart } from "../plan/field-changes.ts";
import { foreignFields } from "../plan/foreign-fields.ts";
import { isMap, sameJson, valueAt } from "../plan/json-values.ts";
import type { Change, Outcome } from "../plan/plan.ts";
import { unchanged } from "../plan/unchanged.ts";
import type { Execution } from "./execution.ts";
import { waitFor } from "./waiting.ts";

/**
 * Reads every wall again until all quotas are in force. A ResourceQuota stops nothing before its `status.hard` is what
 * its `spec.hard` says. Throws ExpectedError: exit code 4 when a wall is missing or another one, 5, 130.
 */
export async function wallsStand(execution: Execution, done: readonly Outcome[]): Promise<void> {
  const walls = done.filter(({ change, result }) => change.manifest !== undefined && result === "done");
  let idle: readonly string[] = [];
  await waitFor(execution, {
    what: "the quotas to be in force",
    check: async () => {
      const live = await observe(
        execution.cluster,
        walls.map(({ change }) => change.id),
      );
      for (const wall of walls) checkWall(wall, live.get(keyOf(wall.change.id)));
      idle = [...live.values()].flatMap((object) =>
        object && !isInForce(object) ? [object.metadata.name] : [],
      );
      return idle.length === 0 ? true : undefined;
    },
    blockers: async () =>
      idle.map((name) => `ResourceQuota ${name} has no status yet: is kube-controller-manager running?`),
  });
}

function checkWall({ change, object }: Outcome, live: KubernetesObject | undefined): void {
  const wanted = change.manifest?.object;
  const reference = object ?? change.live;
  const stands =
    live !== undefined &&
    live.metadata.deletionTimestamp === undefined &&
    ((wanted !== undefined && unchanged(wanted, live) && isUntouched(change, live)) ||
      (reference !== undefined && sameJson(meaningfulPart(reference), meaningfulPart(live))));
  if (stands) return;
  throw new ExpectedError(
    ExitCode.refused,
    `${describeId(change.id)} is not as it was set up: somebody ${live === undefined ? "deleted" : "changed"} it meanwhile`,
    { hint: "nobody was given access; run the command again" },
  );
}

/** Of an amendment, everything but our fields is somebody else's. */
function isUntouched({ manifest }: Change, live: KubernetesObject): boolean {
  return manifest?.form === "amendment" || foreignFields(live).length === 0;
}

/** Does it stop anything yet? A ResourceQuota does when its `status.hard` is what its `spec.hard` says; all else at once. */
export function isInForce(object: KubernetesObject): boolean {
  if (object.kind !== "ResourceQuota") return true;
  const hard = valueAt(object["spec"], "hard");
  const enforced = valueAt(object["status"], "hard");
  return isMap(hard) && isMap(enforced) && sameJson(hard, enforced);
}
