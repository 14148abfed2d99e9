import { readObject } from "../cluster/read-object.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { JsonMap, KubernetesObject } from "../manifests/object.ts";
import { describeId, keyOf } from "../manifests/object.ts";
import { amendedNode, designatedToOther, releasedNode } from "../plan/amendments.ts";
import type { Change } from "../plan/plan.ts";
import { editNode } from "./edit-node.ts";
import type { Execution } from "./execution.ts";

/**
 * Gives a Node to a tenant: the taint first, which keeps the pods of others away, and the label only when it is seen that
 * none of them came before it. So a Node without the label is never taken for one that was seen to be empty. A pod that the
 * scheduler had already decided on may still be bound to it for a moment. Throws ExpectedError (exit code 4) when others are
 * on it, with the Node as it was before; ApiError, ConnectionError.
 */
export async function designate(
  execution: Execution,
  change: Change,
  planned: KubernetesObject,
): Promise<KubernetesObject> {
  const { id, manifest } = change;
  if (manifest === undefined) throw new Error(`an amendment of ${describeId(id)} without a manifest`);
  const edit = (wanted: KubernetesObject): Promise<KubernetesObject> =>
    editNode(execution, id, planned, (live) => {
      refuseDesignated(live, planned, manifest.object);
      return amendedNode(live, wanted);
    });
  if (execution.nodeRefusals === undefined) return edit(manifest.object);
  const before = await refusalOf(execution, await readObject(execution.cluster, id));
  if (before !== undefined) throw occupied(before, "it was not touched");
  const tainted = await edit(withoutLabels(manifest.object));
  const after = await refusalOf(execution, tainted);
  if (after !== undefined) throw occupied(after, await takeBack(execution, change, planned));
  return edit(manifest.object);
}

function refuseDesignated(live: KubernetesObject, planned: KubernetesObject, wanted: KubernetesObject): void {
  const other = designatedToOther(live, wanted);
  if (other === undefined || other === designatedToOther(planned, wanted)) return;
  throw new ExpectedError(ExitCode.refused, `Node ${live.metadata.name} got the ${other} meanwhile`);
}

function withoutLabels(wanted: KubernetesObject): KubernetesObject {
  const { labels: _, ...metadata } = wanted.metadata;
  return { ...wanted, metadata };
}

/** What speaks against giving the Node away as it is now; undefined when nothing does, or it is gone. */
export async function refusalOf(
  { nodeRefusals }: Execution,
  node: KubernetesObject | undefined,
): Promise<string | undefined> {
  if (node === undefined) return undefined;
  return (await nodeRefusals?.([node]))?.get(
    keyOf({ group: "", kind: "Node", namespace: "", name: node.metadata.name }),
  );
}

function occupied(refusal: string, fate: string): ExpectedError {
  return new ExpectedError(ExitCode.refused, `since the plan was made: ${refusal}`, {
    hint: `${fate}; drain it, then run the command again`,
  });
}

/** Nobody is shut out of a node that is not given away. Returns what became of the taint. */
async function takeBack(
  execution: Execution,
  { id, former }: Change,
  planned: KubernetesObject,
): Promise<string> {
  const before = JSON.parse(former ?? "{}") as JsonMap;
  try {
    await editNode(execution, id, planned, (live) => releasedNode(live, before));
    return "its taint was taken off again";
  } catch (error) {
    return `its taint could not be taken off again (${(error as Error).message})`;
  }
}
