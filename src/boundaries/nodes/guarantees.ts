import { isDeepStrictEqual } from "node:util";
import type { Manifest } from "../../manifests/manifest.ts";
import { TENANT_KEY, TENANT_NODE_LABEL } from "../../manifests/names.ts";
import type { JsonMap } from "../../manifests/object.ts";
import type { Tenant } from "../../tenant/tenant.ts";
import type { Guarantee, Violation } from "../boundary.ts";

const TEMPLATE = "nodes/node.yaml";

/** Every node that the spec names gets exactly our label and our taint, and no other node or object is touched. */
export const designated: Guarantee = ({ manifests, tenant }) => {
  const named = tenant === undefined ? [] : designatedNodes(tenant);
  const amended = manifests.filter(({ object }) => object.apiVersion === "v1" && object.kind === "Node");
  return [
    ...named
      .filter((node) => !amended.some(({ object }) => object.metadata.name === node))
      .map((node) => wrong(TEMPLATE, node, "is not designated")),
    ...amended.flatMap((manifest) => judge(manifest, tenant?.name ?? "", named)),
    ...manifests
      .filter((each) => each.boundary === "nodes" && !amended.includes(each))
      .map(({ object, template }) => wrong(template, object.metadata.name, "is no Node")),
  ];
};

/** The nodes that mtenant labels and taints for the tenant, each once. Nodes that are shared are left alone. */
function designatedNodes({ nodes: { mode, pools } }: Tenant): string[] {
  return mode === "Shared" ? [] : [...new Set(pools.flatMap((pool) => pool.nodeNames ?? []))];
}

function judge({ object, form, template }: Manifest, tenant: string, named: readonly string[]): Violation[] {
  const { name } = object.metadata;
  if (!named.includes(name)) return [wrong(template, name, "is not a node of the spec")];
  if (form !== "amendment") return [wrong(template, name, "would be created")];
  return isDeepStrictEqual(object, amendment(name, tenant))
    ? []
    : [wrong(template, name, "gets something else than the label and the taint")];
}

function amendment(name: string, tenant: string): JsonMap {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { [TENANT_NODE_LABEL]: tenant } },
    spec: { taints: [{ key: TENANT_KEY, value: tenant, effect: "NoSchedule" }] },
  };
}

function wrong(template: string, node: string, what: string): Violation {
  return {
    rule: "A node of a tenant gets the tenant's label and taint, and nothing else.",
    template,
    message: `${node} ${what}.`,
    remedy: "Take the packaged template as it is: what else a node carries is its owner's.",
  };
}
