import { ExitCode, ExpectedError } from "../errors.ts";
import type { JsonMap, KubernetesObject } from "../manifests/object.ts";
import { releasedNode } from "../plan/amendments.ts";
import type { Change } from "../plan/plan.ts";
import { refusalOf } from "./designate.ts";
import { editNode } from "./edit-node.ts";
import type { Execution } from "./execution.ts";

/**
 * Gives a Node back: the label first, without which no new pod of the tenant comes, and the taint only when it is seen
 * that none is left to stay beside those of others. Throws ExpectedError (exit code 4) when there are some, with the Node
 * the tenant's as before; ApiError, ConnectionError.
 */
export async function releaseNode(
  execution: Execution,
  { id, former }: Change,
  planned: KubernetesObject,
): Promise<KubernetesObject> {
  const before = JSON.parse(former ?? "{}") as JsonMap;
  const edit = (change: (live: KubernetesObject) => KubernetesObject): Promise<KubernetesObject> =>
    editNode(execution, id, planned, change);
  const unlabelled = await edit((live) => withLabels(live, releasedNode(live, before).metadata.labels));
  const refusal = await refusalOf(execution, unlabelled);
  if (refusal === undefined) return edit((live) => releasedNode(live, before));
  await edit((live) => withLabels(live, { ...live.metadata.labels, ...labelsTaken(planned, before) }));
  throw new ExpectedError(ExitCode.refused, `since the plan was made: ${refusal}`, {
    hint: "it is the tenant's as before; run the command again when they are gone",
  });
}

function withLabels(
  node: KubernetesObject,
  labels: KubernetesObject["metadata"]["labels"],
): KubernetesObject {
  return { ...node, metadata: { ...node.metadata, labels: labels ?? {} } };
}

/** The labels of the Node that releasing it changes, as they were. */
function labelsTaken(node: KubernetesObject, before: JsonMap): Readonly<Record<string, string>> {
  const after = releasedNode(node, before).metadata.labels ?? {};
  const labels = Object.entries(node.metadata.labels ?? {});
  return Object.fromEntries(labels.filter(([key, value]) => after[key] !== value));
}
