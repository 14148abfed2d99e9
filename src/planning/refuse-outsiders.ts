import { type Outsiders, outsidersAmong } from "../boundaries/guards/outsiders.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { explainError } from "../cluster/explain-error.ts";
import { listObjects } from "../cluster/list-objects.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import { TENANT_NODES_LABEL } from "../manifests/names.ts";
import type { ClusterPlan } from "./plan-owners.ts";

/**
 * Before the guard against outsiders comes into a cluster: refuses (exit code 3) when pods run there that it would not
 * let be made anew, an operator of the network perhaps. Throws ExpectedError (exit code 3) when nobody can tell.
 */
export async function refuseOutsiders(cluster: Cluster, { plan }: ClusterPlan): Promise<void> {
  const changes = plan.waves.flatMap((wave) => wave.changes);
  if (!changes.some(({ action, id }) => action === "create" && id.name === "mtenant-outsiders")) return;
  const found = await findOutsiders(cluster);
  if (found.length === 0) return;
  throw new ExpectedError(
    ExitCode.unable,
    "The guards would keep these pods of no tenant from being made anew, because they tolerate the nodes of tenants; nothing was changed.",
    {
      problems: found.map(({ namespace, makers }) => ({
        where: `namespace ${namespace}`,
        message: makers.join(", "),
      })),
      hint: `Take the toleration of every taint away, or let trusted add-ons onto tenants' nodes: kubectl label namespace ${found
        .map(({ namespace }) => namespace)
        .join(" ")} ${TENANT_NODES_LABEL}=Allow`,
    },
  );
}

async function findOutsiders(cluster: Cluster): Promise<Outsiders[]> {
  try {
    const [pods, namespaces] = await Promise.all(
      ["Pod", "Namespace"].map((kind) => listObjects(cluster, { group: "", kind })),
    );
    return outsidersAmong(pods ?? [], namespaces ?? []);
  } catch (error) {
    throw explainError(error, cluster, "look for pods of no tenant that tolerate the nodes of tenants");
  }
}
