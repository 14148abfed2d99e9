import { TENANT_KEY } from "../manifests/names.ts";
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
