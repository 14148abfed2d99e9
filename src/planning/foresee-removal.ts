import { ApiError } from "../cluster/api-error.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { explainError } from "../cluster/explain-error.ts";
import { listContents } from "../cluster/list-contents.ts";
import { listKept } from "../cluster/list-objects.ts";
import { isReady } from "../manifests/node.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import {
  consequencesOf,
  namespacesOf,
  residentOf,
  type Surroundings,
  volumeOf,
} from "../plan/consequences.ts";
import { grouped } from "../plan/grouped.ts";
import type { Plan } from "../plan/plan.ts";

/**
 * The plans of removals with what they mean beyond their own objects. What all plans share is read once. `records`: the
 * uids of mtenant's records. What may not be listed is told in the result. Throws ExpectedError (exit code 3).
 */
export async function foreseeRemovals(
  cluster: Cluster,
  plans: readonly Plan[],
  records: ReadonlySet<string>,
): Promise<readonly Plan[]> {
  try {
    const around = await lookAround(cluster, plans.map(namespacesOf));
    return plans.map((plan) => ({ ...plan, consequences: consequencesOf(plan, { ...around, records }) }));
  } catch (error) {
    throw explainError(error, cluster, "see what the removal would take along");
  }
}

async function lookAround(
  cluster: Cluster,
  namespaces: readonly ReturnType<typeof namespacesOf>[],
): Promise<Omit<Surroundings, "records">> {
  const all = namespaces.flatMap(({ gone, kept }) => [...gone, ...kept]);
  const [contents, volumes] = await Promise.all([
    listContents(cluster, all, residentOf),
    mayList(cluster, "PersistentVolume", volumeOf),
  ]);
  const runs = contents.found.some(({ node }) => node !== undefined);
  const nodes = runs ? await mayList(cluster, "Node", unreadyName) : { kept: [], unknown: [] };
  return {
    residents: grouped(contents.found, ({ id }) => id.namespace),
    volumes: volumes.kept,
    unready: new Set(nodes.kept),
    unreachable: contents.unreachable,
    unknown: [
      ...contents.unlisted.map(
        ({ what, why }) => `${what} could not be listed (${why}): what there is of it goes along unseen`,
      ),
      ...volumes.unknown,
      ...nodes.unknown,
    ],
  };
}

function unreadyName(node: KubernetesObject): readonly string[] {
  return isReady(node) ? [] : [node.metadata.name];
}

async function mayList<Kept>(
  cluster: Cluster,
  kind: string,
  keep: (object: KubernetesObject) => readonly Kept[],
): Promise<{ readonly kept: readonly Kept[]; readonly unknown: readonly string[] }> {
  try {
    return { kept: await listKept(cluster, { group: "", kind }, {}, keep), unknown: [] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const what = kind === "Node" ? "which pods cannot end" : "which volumes survive";
    return {
      kept: [],
      unknown: [`${kind} could not be listed (${error.reason || error.code}): ${what} is not known`],
    };
  }
}
