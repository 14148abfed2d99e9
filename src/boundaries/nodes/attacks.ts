import type { Toleration } from "../../facts/facts.ts";
import type { JsonMap, KubernetesObject } from "../../manifests/object.ts";
import { TENANT_KEY, TENANT_NODE_LABEL } from "../../manifests/names.ts";
import { type Attack, type AttackScope, guard, otherTenant } from "../attack.ts";
import { creating, harmlessPod } from "../harmless.ts";
import { poolSelector } from "../namespace/parameters.ts";

type Spec = (scope: AttackScope) => JsonMap;
type Row = Omit<Attack, "boundary" | "refusedBy" | "request" | "twin">;

/** One attack and its twin, each the spec of a pod. */
function row(fields: Row, attack: Spec, twin: Spec = () => ({})): Attack {
  return {
    ...fields,
    boundary: "nodes",
    refusedBy: [guard("mtenant-pods")],
    request: (scope) => creating(harmlessPod(scope, attack(scope))),
    twin: (scope) => creating(harmlessPod(scope, twin(scope))),
  };
}

/** The same, of what leads to another tenant's nodes: refused in a namespace's stage of warnings too. */
function inEveryStage(attack: Attack): Attack {
  return { ...attack, refusedBy: [...attack.refusedBy, guard("mtenant-outsiders")] };
}

/** Tolerations of the tenant's pools by what they say, as the spec has them. */
function allowed({ tenant }: AttackScope, is: (toleration: Toleration) => boolean): Toleration | undefined {
  return tenant.nodes.pools
    .flatMap((pool) => pool.tolerations)
    .find((each) => each.key !== undefined && is(each));
}

const hasEffect = (each: Toleration): boolean => each.effect === "NoSchedule";
const isEqual = (each: Toleration): boolean => each.operator !== "Exists" && each.value !== undefined;
const isAnyEffect = (each: Toleration): boolean => each.operator === "Exists" && each.effect === undefined;

function tolerating(
  id: string,
  what: string,
  attack: (scope: AttackScope) => Toleration | undefined,
  twin?: (scope: AttackScope) => Toleration | undefined,
): Attack {
  const list = (toleration: Toleration | undefined): JsonMap =>
    toleration === undefined ? {} : { tolerations: [{ ...toleration }] };
  return row(
    {
      id,
      title: `tolerates ${what}`,
      says: "must not carry the toleration",
      when: (scope) => attack(scope) !== undefined,
    },
    (scope) => list(attack(scope)),
    (scope) => list(twin?.(scope)),
  );
}

/** A toleration that the tenant has, made wider. */
function widened(
  id: string,
  what: string,
  is: (toleration: Toleration) => boolean,
  widen: (toleration: Toleration) => Toleration,
): Attack {
  const own = (scope: AttackScope): Toleration | undefined => allowed(scope, is);
  return tolerating(
    id,
    what,
    (scope) => {
      const toleration = own(scope);
      return toleration === undefined ? undefined : widen(toleration);
    },
    own,
  );
}

function without(toleration: Toleration, field: keyof Toleration): Toleration {
  return Object.fromEntries(Object.entries(toleration).filter(([name]) => name !== field));
}

const ownTaint = ({ tenant }: AttackScope): Toleration => ({ key: TENANT_KEY, value: tenant.name });

const tolerations: readonly Attack[] = [
  inEveryStage(tolerating("S1-everything", "everything", () => ({ operator: "Exists" }))),
  inEveryStage(
    tolerating(
      "S1-every-tenant",
      "every value of the tenant taint",
      () => ({ key: TENANT_KEY, operator: "Exists" }),
      (scope) => ({ ...ownTaint(scope), operator: "Equal" }),
    ),
  ),
  inEveryStage(
    tolerating(
      "S1-other-tenant",
      "another tenant's taint",
      (scope) => ({ key: TENANT_KEY, value: otherTenant(scope), effect: "NoSchedule" }),
      (scope) => ({ ...ownTaint(scope), effect: "NoSchedule" }),
    ),
  ),
  inEveryStage(
    tolerating("S1-no-tenant", "the tenant taint without a value", () => ({
      key: TENANT_KEY,
      effect: "NoSchedule",
    })),
  ),
  tolerating("S1-control-plane", "the taint of the control plane", () => ({
    key: "node-role.kubernetes.io/control-plane",
    operator: "Exists",
    effect: "NoSchedule",
  })),
  tolerating(
    "S1-for-ever",
    "an unreachable node for ever",
    () => ({ key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" }),
    () => ({
      key: "node.kubernetes.io/unreachable",
      operator: "Exists",
      effect: "NoExecute",
      tolerationSeconds: 60,
    }),
  ),
  widened("S1-other-effect", "an allowed key with another effect", hasEffect, (own) => ({
    ...own,
    effect: "NoExecute",
  })),
  widened("S1-every-effect", "an allowed key with every effect", hasEffect, (own) => without(own, "effect")),
  widened("S1-every-value", "every value of a key with one allowed", isEqual, (own) => ({
    ...without(own, "value"),
    operator: "Exists",
  })),
  widened("S1-other-value", "another value of a key with one allowed", isEqual, (own) => ({
    ...own,
    value: `${own.value}2`,
  })),
  widened("S1-key-prefix", "a key that only begins like an allowed one", isAnyEffect, (own) => ({
    ...own,
    key: `${own.key}2`,
  })),
];

const isDesignated = ({ tenant }: AttackScope): boolean =>
  tenant.nodes.mode !== "Shared" && tenant.nodes.pools.length > 0;

function poolOf({ tenant }: AttackScope, at: number): Readonly<Record<string, string>> {
  const pool = tenant.nodes.pools.at(at);
  return pool === undefined ? {} : poolSelector(tenant.name, pool);
}

/** The selector of the last pool, with the value of its last label changed. */
function almost(scope: AttackScope): JsonMap {
  const selector = poolOf(scope, -1);
  const [key] = Object.keys(selector).slice(-1);
  return key === undefined ? {} : { ...selector, [key]: `${selector[key]}2` };
}

/** Selectors add up: whatever else a pod selects, with the labels of a pool it stays there. */
function staysOnPools(stored: KubernetesObject, scope: AttackScope): boolean {
  const { nodeSelector = {} } = (stored["spec"] ?? {}) as { nodeSelector?: Record<string, string> };
  return scope.tenant.nodes.pools.some((_, at) =>
    Object.entries(poolOf(scope, at)).every(([key, value]) => nodeSelector[key] === value),
  );
}

const selectors: readonly Attack[] = [
  row(
    {
      id: "S2-no-selector",
      title: "leaves the node selector out",
      says: "must carry nodeSelector",
      when: isDesignated,
      mended: staysOnPools,
    },
    () => ({ nodeSelector: {} }),
  ),
  row(
    {
      id: "S2-other-selector",
      title: "selects another tenant's nodes",
      says: "must carry nodeSelector",
      when: isDesignated,
      mended: staysOnPools,
    },
    (scope) => ({ nodeSelector: almost(scope) }),
    (scope) => ({ nodeSelector: poolOf(scope, -1) }),
  ),
  inEveryStage(
    row(
      {
        id: "S2-marked-nodes",
        title: "selects the nodes that are marked as another tenant's",
        says: "must not select the nodes of another tenant",
      },
      (scope) => ({
        nodeSelector: { ...poolOf(scope, 0), [TENANT_NODE_LABEL]: otherTenant(scope) },
      }),
      (scope) => ({ nodeSelector: { ...poolOf(scope, 0), [TENANT_NODE_LABEL]: scope.tenant.name } }),
    ),
  ),
  inEveryStage(
    row({ id: "S4-node-name", title: "names its node", says: "nodeName" }, () => ({
      nodeName: "mtenant-attack",
    })),
  ),
  row({ id: "S7-scheduler", title: "uses another scheduler", says: "schedulerName" }, () => ({
    schedulerName: "mtenant-attack",
  })),
];

/** How a tenant's pod gets to nodes that are not the tenant's. */
export const nodesAttacks: readonly Attack[] = [...tolerations, ...selectors];
