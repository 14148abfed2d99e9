import { readObject } from "../cluster/read-object.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { JsonMap, KubernetesObject, ObjectId } from "../manifests/object.ts";
import { describeId } from "../manifests/object.ts";
import { sameJson, valueAt } from "../plan/json-values.ts";
import { isStale } from "./apply-request.ts";
import type { Execution } from "./execution.ts";
import { mergePatch } from "./merge-patch.ts";

const TRIES = 5;

/**
 * Reads a Node, edits its labels and taints, and writes only if something changes and nobody wrote in between; otherwise
 * again. A Node that is gone is returned as it was planned. Throws ExpectedError (exit code 4), ApiError, ConnectionError.
 */
export async function editNode(
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
    if (sameJson(after, live)) return live;
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
