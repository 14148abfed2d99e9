import { pathOf } from "../cluster/paths.ts";
import { readObject } from "../cluster/read-object.ts";
import { receivedObject } from "../cluster/received-object.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import { FIELD_MANAGER } from "../manifests/names.ts";
import type { Json, JsonMap, KubernetesObject, ObjectId } from "../manifests/object.ts";
import { describeId } from "../manifests/object.ts";
import { amendedNode, designatedToOther, isEditedInPlace, releasedNode } from "../plan/amendments.ts";
import { isMap, overlay, sameJson, valueAt } from "../plan/json-values.ts";
import type { Change } from "../plan/plan.ts";
import { createObject, updateObject, withdraw } from "./apply.ts";
import { isStale, sendApply } from "./apply-request.ts";
import type { Execution } from "./execution.ts";

const TRIES = 5;

/** Puts our fields on an object that is not ours. Throws ExpectedError (exit code 4), ApiError, ConnectionError. */
export async function amend(execution: Execution, change: Change): Promise<KubernetesObject> {
  const wanted = change.manifest?.object;
  if (wanted === undefined) throw new Error(`an amendment of ${describeId(change.id)} without a manifest`);
  const { live } = change;
  if (live !== undefined && isEditedInPlace(live)) return amendNode(execution, change.id, wanted, live);
  if (live !== undefined) return updateObject(execution, wanted, live, change.force === true);
  // The controller may have made it since: then our fields are added to it.
  if (wanted.kind === "ServiceAccount")
    return (await sendApply(execution.cluster, wanted, { force: false })).object;
  return createObject(execution, wanted);
}

async function amendNode(
  execution: Execution,
  id: ObjectId,
  wanted: KubernetesObject,
  planned: KubernetesObject,
): Promise<KubernetesObject> {
  const wasOther = designatedToOther(planned, wanted);
  return edit(execution, id, planned, (live) => {
    const other = designatedToOther(live, wanted);
    if (other !== undefined && other !== wasOther) {
      throw new ExpectedError(ExitCode.refused, `${describeId(id)} got the ${other} meanwhile`);
    }
    return amendedNode(live, wanted);
  });
}

/** Takes our fields off again and restores exactly what was there before. Throws as `amend`. */
export async function release(execution: Execution, change: Change): Promise<KubernetesObject | undefined> {
  const { id, live } = change;
  if (live === undefined) return undefined;
  const former = JSON.parse(change.former ?? "{}") as JsonMap;
  if (isEditedInPlace(live)) return edit(execution, id, live, (now) => releasedNode(now, former));
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

/** Reads, edits labels and taints, and writes only if nobody wrote in between; otherwise again. */
async function edit(
  execution: Execution,
  id: ObjectId,
  planned: KubernetesObject,
  change: (live: KubernetesObject) => KubernetesObject,
): Promise<KubernetesObject> {
  for (let tries = 1; ; tries += 1) {
    const live = await readObject(execution.cluster, id);
    if (live === undefined || live.metadata.uid !== planned.metadata.uid) {
      if (live === undefined) return planned;
      throw new ExpectedError(
        ExitCode.refused,
        `${describeId(id)} is another object than when the plan was made`,
      );
    }
    const after = change(live);
    try {
      return await mergePatch(execution, id, live, nodePatch(live, after));
    } catch (error) {
      if (!isStale(error) || tries >= TRIES) throw error;
    }
  }
}

function nodePatch(live: KubernetesObject, after: KubernetesObject): JsonMap {
  const before = live.metadata.labels ?? {};
  const labels = { ...after.metadata.labels };
  const changed = Object.entries(labels).filter(([key, value]) => valueAt(before, key) !== value);
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(labels, key));
  const taints = valueAt(after["spec"], "taints") ?? null;
  return {
    metadata: { labels: Object.fromEntries([...changed, ...gone.map((key) => [key, null] as const)]) },
    ...(sameJson(taints, valueAt(live["spec"], "taints") ?? null) ? {} : { spec: { taints } }),
  };
}

/** RFC 7396, under the resourceVersion that was read. */
export async function mergePatch(
  { cluster }: Execution,
  id: ObjectId,
  live: KubernetesObject,
  patch: JsonMap,
): Promise<KubernetesObject> {
  const { uid, resourceVersion } = live.metadata;
  const preconditions = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
  const path = pathOf(id);
  const { body } = await cluster.send({
    method: "PATCH",
    path,
    query: { fieldManager: FIELD_MANAGER, fieldValidation: "Strict" },
    contentType: "application/merge-patch+json",
    body: overlay(patch, { metadata: preconditions }),
  });
  return receivedObject(body, { ...id, request: `PATCH ${path}` });
}
