import { isKeptFromKubelets, TENANT_KEY, TENANT_NODE_LABEL } from "../manifests/names.ts";
import { keyFault } from "./labels.ts";
import type { Path } from "./finding.ts";

interface PoolFields {
  readonly nodeNames?: readonly string[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
}

type Faults = { path: (string | number)[]; message: string }[];

/** A pool says in exactly one way which nodes it has. */
export function poolFaults(pool: PoolFields): Faults {
  const { nodeNames, nodeSelector } = pool;
  if (nodeNames === undefined && nodeSelector === undefined)
    return fault([], "needs nodeNames or nodeSelector");
  if (nodeNames !== undefined && nodeSelector !== undefined) {
    return fault(["nodeSelector"], "cannot be combined with nodeNames; write two pools");
  }
  const isEmpty = nodeSelector !== undefined && Object.keys(nodeSelector).length === 0;
  return isEmpty ? fault(["nodeSelector"], "is empty, which would select every node") : [];
}

/** Nodes that are not shared must be marked by a label that no node can give itself, and not by another tenant's. */
export function selectorFaults(
  { nodeSelector = {} }: PoolFields,
  { tenant, mode }: { readonly tenant: string; readonly mode: string | undefined },
): Faults {
  const keys = Object.keys(nodeSelector);
  const others = [TENANT_KEY, TENANT_NODE_LABEL]
    .filter((key) => Object.hasOwn(nodeSelector, key) && nodeSelector[key] !== tenant)
    .flatMap((key) => fault(["nodeSelector", key], `marks the nodes of a tenant; this one's say ${tenant}`));
  if (mode !== "Dedicated" || keys.length === 0 || keys.some(isKeptFromKubelets)) return others;
  const unprotected = `names no label below mtenant.dev/ or node-restriction.kubernetes.io/: any other a node that was broken into can put on itself, and call for the tenant's pods; let the pool put ${TENANT_KEY}: ${tenant} on its nodes, and add it here`;
  return fault(["nodeSelector"], unprotected);
}

interface TolerationFields {
  readonly key: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** What the API server would refuse in a toleration, and what would let pods onto nodes of other tenants. */
export function tolerationFaults(toleration: TolerationFields): Faults {
  const { key, operator, value, effect, tolerationSeconds } = toleration;
  if (key === "") return fault(["key"], "is empty, which would tolerate every taint");
  if (key === TENANT_KEY)
    return fault(["key"], "is the taint of tenants' nodes; the tenant's own is tolerated anyway");
  const wrongKey = keyFault(key);
  if (wrongKey !== undefined) return fault(["key"], wrongKey);
  if (operator === "Exists" && value !== undefined && value !== "")
    return fault(["value"], "is not possible with operator Exists");
  if (tolerationSeconds === undefined || effect === "NoExecute") return [];
  return fault(["tolerationSeconds"], "is possible with effect NoExecute only");
}

function fault(path: Path, message: string): Faults {
  return [{ path: [...path], message }];
}
