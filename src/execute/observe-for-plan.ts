import type { Cluster } from "../cluster/cluster.ts";
import { observe } from "../cluster/observe.ts";
import type { Manifest } from "../manifests/manifest.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import { idOf, keyOf } from "../manifests/object.ts";
import { needsDryRun } from "../plan/needs-dry-run.ts";
import type { HeldObject, Observed } from "../plan/observed.ts";
import { type Claim, isOursByMarks, ownershipOf } from "../plan/ownership.ts";
import { dryRun } from "./dry-run.ts";

/** Whose objects, what of them should exist and what the record holds. */
export interface ToObserve {
  readonly owner: Claim["owner"];
  readonly wanted: readonly Manifest[];
  readonly held: readonly HeldObject[];
  readonly recordCreated?: string;
  readonly rendered?: boolean;
  readonly forceConflicts?: boolean;
  readonly takeOver?: boolean;
}

/** Live objects by `keyOf`; undefined: there is none. */
export type LiveObjects = ReadonlyMap<string, KubernetesObject | undefined>;

/**
 * Everything that `planChanges` and `planDelete` need to know of the cluster: the live objects, and the server's answer
 * to a dry-run for those that are not certainly unchanged. `known.live`: what was read already, of many owners at once.
 * Writes nothing. Throws ApiError, ConnectionError.
 */
export async function observeForPlan(
  cluster: Cluster,
  input: ToObserve,
  known: { readonly signal?: AbortSignal; readonly live?: LiveObjects } = {},
): Promise<Map<string, Observed>> {
  const ids = new Map(
    [...input.wanted.map(({ object }) => idOf(object)), ...input.held.map(({ id }) => id)].map((id) => [
      keyOf(id),
      id,
    ]),
  );
  const live = known.live ?? (await observe(cluster, [...ids.values()], known.signal));
  const seen = new Map<string, Observed>(
    [...ids.keys()].map((key) => {
      const object = live.get(key);
      return [key, object === undefined ? {} : { live: object }];
    }),
  );
  const asked = input.wanted.flatMap((manifest) => {
    const object = live.get(keyOf(idOf(manifest.object)));
    return object !== undefined && input.rendered !== true && needsDryRun(manifest, object)
      ? [ask(cluster, manifest, object, input)]
      : [];
  });
  for (const [key, observed] of await Promise.all(asked)) seen.set(key, observed);
  return seen;
}

async function ask(
  cluster: Cluster,
  manifest: Manifest,
  live: KubernetesObject,
  input: ToObserve,
): Promise<[string, Observed]> {
  const key = keyOf(idOf(manifest.object));
  const claim = {
    owner: input.owner,
    held: input.held.find(({ id }) => keyOf(id) === key),
    recordCreated: input.recordCreated,
  };
  const isTaken = input.takeOver === true && isOursByMarks(live, claim);
  const isOurs =
    (ownershipOf(live, claim).of === "us" || isTaken) &&
    (manifest.form === "object" || claim.held?.uid !== undefined);
  return [key, { live, ...(await dryRun(cluster, manifest, live, isOurs || input.forceConflicts === true)) }];
}
