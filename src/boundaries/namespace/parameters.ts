import type { Facts, Toleration } from "../../facts/facts.ts";
import { GuardParameter, TENANT_NODE_LABEL } from "../../manifests/names.ts";
import type { NodePool, Tenant, TenantNamespace } from "../../tenant/tenant.ts";

/** The guards' parameters of a tenant, by the names that `GuardParameter` has for them. */
export type GuardParameters = Readonly<Record<keyof typeof GuardParameter, string>>;

/** What the guards allow this tenant in one of its namespaces, in the text form that GuardParameter describes. */
export function guardParameters(tenant: Tenant, namespace: TenantNamespace, facts: Facts): GuardParameters {
  return {
    nodeSelector: nodeSelectorParameter(tenant),
    tolerations: tolerationsParameter(tenant, facts),
    imageRegistries: tenant.allowed.imageRegistries.join(","),
    runtimeClassName: tenant.pods.runtimeClassName ?? "",
    priorityClassNames: priorityClassesParameter(tenant, facts),
    csiDrivers: tenant.allowed.csiDrivers.join(","),
    storageClassNames: tenant.allowed.storageClassNames.join(","),
    tokenAudiences: tenant.allowed.tokenAudiences.join(","),
    imagePullPolicy: tenant.nodes.mode === "Dedicated" ? "" : "Always",
    extendedResources: extendedResourcesParameter(tenant, namespace),
  };
}

/** What the devices of a tenant's own nodes are used for is its own business; of shared nodes it gets what is counted. */
function extendedResourcesParameter({ nodes }: Tenant, { quota }: TenantNamespace): string {
  if (nodes.mode === "Dedicated") return "*";
  const counted = Object.keys(quota.hard).flatMap((name) => {
    const resource = name.replace(/^requests\./, "");
    return (name.startsWith("requests.") && resource.includes("/")) || resource.startsWith("hugepages-")
      ? [resource]
      : [];
  });
  return [...new Set(counted)].sort().join(",");
}

/**
 * The cluster's default class is always among them: the server names it in every pod that names none
 * (kubernetes: plugin/pkg/admission/priority/admission.go).
 */
function priorityClassesParameter({ allowed }: Tenant, { priorityClasses }: Facts): string {
  const known = priorityClasses === "unknown" ? [] : priorityClasses;
  const defaults = known.filter((each) => each.globalDefault).map((each) => each.name);
  return [...new Set([...allowed.priorityClassNames, ...defaults])].sort().join(",");
}

/** One alternative a pool, each once; nodes that are shared demand nothing. */
export function nodeSelectorParameter({ name, nodes }: Tenant): string {
  if (nodes.mode === "Shared") return "";
  const alternatives = nodes.pools.map((pool) =>
    Object.entries(poolSelector(name, pool))
      .sort()
      .map(([key, value]) => `${key}=${value}`)
      .join(","),
  );
  return [...new Set(alternatives)].sort().join(";");
}

/** The labels that mark the nodes of a pool: those of its selector, or the one that mtenant puts on named nodes. */
export function poolSelector(tenant: string, pool: NodePool): Readonly<Record<string, string>> {
  return pool.nodeSelector ?? { [TENANT_NODE_LABEL]: tenant };
}

/** Of the pools, and of the runtime class: its admission plugin adds them to the pod before the guards look. */
function tolerationsParameter({ nodes, pods }: Tenant, facts: Facts): string {
  const known = facts.runtimeClasses === "unknown" ? [] : facts.runtimeClasses;
  const ofRuntime = known
    .filter((each) => each.name === pods.runtimeClassName)
    .flatMap((each) => each.tolerations);
  const texts = [...nodes.pools.flatMap((pool) => pool.tolerations), ...ofRuntime].map(tolerationText);
  return [...new Set(texts)].sort().join(",");
}

function tolerationText({ key = "", operator = "Equal", value = "", effect }: Toleration): string {
  const what = operator === "Exists" ? key : `${key}=${value}`;
  return effect === undefined ? what : `${what}:${effect}`;
}
