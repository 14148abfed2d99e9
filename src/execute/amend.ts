import { readObject } from "../cluster/read-object.ts";
import type { Json, JsonMap, KubernetesObject } from "../manifests/object.ts";
import { describeId } from "../manifests/object.ts";
import { isEditedInPlace } from "../plan/amendments.ts";
import { isMap, overlay, sameJson } from "../plan/json-values.ts";
import type { Change } from "../plan/plan.ts";
import { createObject, updateObject, withdraw } from "./apply.ts";
import { sendApply } from "./apply-request.ts";
import { designate } from "./designate.ts";
import type { Execution } from "./execution.ts";
import { mergePatch } from "./merge-patch.ts";
import { releaseNode } from "./release-node.ts";

/** Puts our fields on an object that is not ours. Throws ExpectedError (exit code 4), ApiError, ConnectionError. */
export async function amend(execution: Execution, change: Change): Promise<KubernetesObject> {
  const wanted = change.manifest?.object;
  if (wanted === undefined) throw new Error(`an amendment of ${describeId(change.id)} without a manifest`);
  const { live } = change;
  if (live !== undefined && isEditedInPlace(live)) return designate(execution, change, live);
  if (live !== undefined) return updateObject(execution, wanted, live, change.force === true);
  // The controller may have made it since: then our fields are added to it.
  if (wanted.kind === "ServiceAccount")
    return (await sendApply(execution.cluster, wanted, { force: false })).object;
  return createObject(execution, wanted);
}

/** Takes our fields off again and restores exactly what was there before. Throws as `amend`. */
export async function release(execution: Execution, change: Change): Promise<KubernetesObject | undefined> {
  const { id, live } = change;
  if (live === undefined) return undefined;
  if (isEditedInPlace(live)) return releaseNode(execution, change, live);
  const former = JSON.parse(change.former ?? "{}") as JsonMap;
  const now = await readObject(execution.cluster, id);
  if (now === undefined || now.metadata.uid !== live.metadata.uid) return undefined;
  const withdrawn = await withdraw(execution, now);
  const restored = withoutNulls(former);
  const isRestored = sameJson(overlay(withdrawn as unknown as Json, restored), withdrawn);
  return isRestored ? withdrawn : mergePatch(execution, id, withdrawn, restored as JsonMap);
}

function withoutNulls(value: Json): Json {
  if (!isMap(value)) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(
    entries
      .map(([key, each]) => [key, withoutNulls(each)] as const)
      .filter(([, each]) => !isMap(each) || Object.keys(each).length > 0),
  );
}
