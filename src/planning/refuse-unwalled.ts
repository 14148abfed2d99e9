import { opensWhat } from "../boundaries/existing.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { explainError } from "../cluster/explain-error.ts";
import { listObjects } from "../cluster/list-objects.ts";
import { ExitCode, ExpectedError, type Problem } from "../errors.ts";
import { drainedKinds } from "../execute/drain.ts";
import type { Io } from "../io.ts";
import { describeId, idOf, type KubernetesObject } from "../manifests/object.ts";
import { namespacesOf } from "../plan/consequences.ts";
import type { Plan } from "../plan/plan.ts";
import { escapeLine } from "../report/escape.ts";

/** What makes pods; a pod itself was admitted already. */
const makers = drainedKinds.filter(({ kind }) => kind !== "Pod");

/**
 * The workloads in namespaces that these plans give back whose pods reach their node: Pod Security refuses them now, and
 * they start when its label goes, planted by the tenant perhaps. Throws ExpectedError (exit code 3).
 */
export async function readUnwalled(cluster: Cluster, plans: readonly Plan[]): Promise<readonly Problem[]> {
  const kept = plans.flatMap((plan) => namespacesOf(plan).kept);
  const lists = kept.flatMap((namespace) => makers.map((kind) => listObjects(cluster, kind, { namespace })));
  try {
    return (await Promise.all(lists)).flat().filter(isOwnMaster).flatMap(waiting);
  } catch (error) {
    throw explainError(error, cluster, "look at the workloads of the namespaces that stay");
  }
}

/** Refuses (exit code 4) to let them start, unless a person said so: then it is only told. */
export function refuseUnwalled(unwalled: readonly Problem[], isAllowed: boolean, io: Io): void {
  if (unwalled.length === 0) return;
  if (!isAllowed)
    throw new ExpectedError(
      ExitCode.refused,
      "workloads wait in namespaces that stay, whose pods the walls refuse now; nothing was changed",
      {
        problems: unwalled,
        hint: "delete these workloads first, or let their pods start: --allow-unwalled",
      },
    );
  for (const { where, message } of unwalled) io.note(`warning: ${escapeLine(`${where ?? ""}: ${message}`)}`);
}

interface Maker {
  readonly template?: { readonly spec?: object };
  readonly jobTemplate?: { readonly spec?: { readonly template?: { readonly spec?: object } } };
}

function waiting(object: KubernetesObject): Problem[] {
  const { template, jobTemplate } = (object["spec"] ?? {}) as Maker;
  const spec = (template ?? jobTemplate?.spec?.template)?.spec;
  if (spec === undefined) return [];
  const pod = { apiVersion: "v1", kind: "Pod", metadata: object.metadata, spec };
  const opens = opensWhat(pod, "baseline");
  return opens === undefined ? [] : [{ where: describeId(idOf(object)), message: `its pods: ${opens}` }];
}

/** What another workload makes is told by that one. */
function isOwnMaster({ metadata }: KubernetesObject): boolean {
  const { ownerReferences = [] } = metadata as { readonly ownerReferences?: readonly object[] };
  return !ownerReferences.some((each) => (each as { readonly controller?: boolean }).controller === true);
}
