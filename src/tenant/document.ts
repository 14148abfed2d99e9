import { API_VERSION } from "../manifests/names.ts";
import type { Json } from "../manifests/object.ts";
import { isMap } from "./merge.ts";
import { CLASS_ANNOTATION, CLASS_RULES_ANNOTATION } from "./names.ts";
import type { NetworkRule, Tenant, TenantDocument, TenantNamespace } from "./tenant.ts";

/** The Tenant as a `kind: Tenant` document with everything stated, which reads back to the same Tenant without its class's file. */
export function documentOf(tenant: Tenant): TenantDocument {
  const { name, labels, namespaces, budget, subjects, nodes, pods, allowed, network } = tenant;
  const annotations = classAnnotations(tenant);
  const document = {
    apiVersion: API_VERSION,
    kind: "Tenant",
    metadata: {
      name,
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec: {
      namespaces: namespaces.map(namespaceOf),
      ...(budget === undefined ? {} : { budget }),
      subjects,
      nodes,
      pods,
      allowed,
      network: {
        ...network,
        egress: network.egress.map(ruleOf("to")),
        ingress: network.ingress.map(ruleOf("from")),
      },
      controlPlane: { mode: "Shared" },
    },
  };
  return document as unknown as TenantDocument;
}

/** What is to be known of the class once its values are merged in. */
function classAnnotations({ className, classRules }: Tenant): Record<string, string> {
  return {
    ...(className === undefined ? {} : { [CLASS_ANNOTATION]: className }),
    ...(classRules === undefined ? {} : { [CLASS_RULES_ANNOTATION]: JSON.stringify(classRules) }),
  };
}

function namespaceOf(namespace: TenantNamespace): Json {
  const { labels, existing, ...rest } = namespace;
  const stated = {
    ...rest,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(existing ? { existing } : {}),
  };
  return stated as unknown as Json;
}

function ruleOf(field: "to" | "from"): (rule: NetworkRule) => Json {
  return ({ peers, ...rule }) => ({ ...rule, [field]: peers }) as unknown as Json;
}

/** Is it the document of the tenant of this name, in the shape that `documentOf` makes, whatever its values are? */
export function isDocumentOf(value: Json, name: string): value is TenantDocument {
  if (!isMap(value) || value["kind"] !== "Tenant") return false;
  const { metadata, spec } = value;
  if (!isMap(metadata) || metadata["name"] !== name || !isMap(spec)) return false;
  const maps = [spec["nodes"], metadata["annotations"] ?? {}, spec["network"] ?? {}];
  const lists = [spec["namespaces"], spec["subjects"] ?? []];
  return maps.every(isMap) && lists.every((list) => Array.isArray(list) && list.every(isMap));
}
