import { type AttackScope, noNeighbour } from "../../boundaries/attack.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { listObjects } from "../../cluster/list-objects.ts";
import type { Facts } from "../../facts/facts.ts";
import type { KubernetesObject } from "../../manifests/object.ts";
import type { Tenant } from "../../tenant/tenant.ts";

/** Where the attacks on a tenant's walls start: each of its namespaces. Throws ApiError, ConnectionError. */
export async function attackScopes(
  cluster: Cluster,
  tenant: Tenant,
  facts: Facts,
): Promise<readonly AttackScope[]> {
  const classes = await listObjects(cluster, { group: "storage.k8s.io", kind: "StorageClass" });
  const storageClassName = claimable(tenant, classes);
  return tenant.namespaces.map((namespace) => ({
    tenant,
    namespace,
    facts,
    neighbour: noNeighbour,
    ...(storageClassName === undefined ? {} : { storageClassName }),
  }));
}

/** The first class that the spec allows, or where it names none the cluster's default. */
function claimable({ allowed }: Tenant, classes: readonly KubernetesObject[]): string | undefined {
  const names = allowed.storageClassNames;
  const found = classes.find(({ metadata }) =>
    names.length > 0
      ? names.includes(metadata.name)
      : metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
  );
  return found?.metadata.name;
}
