import { type GrantedRules, grantedRules } from "../boundaries/access/granted-rules.ts";
import { guardDenied } from "../boundaries/guards/denial.ts";
import { guardGeneration } from "../boundaries/guards/generation.ts";
import { guardProbes } from "../boundaries/guards/probes.ts";
import { reachOf } from "../boundaries/index.ts";
import { openWalls } from "../boundaries/namespace/enforcement.ts";
import { explainError } from "../cluster/explain-error.ts";
import { observe } from "../cluster/observe.ts";
import type { NodeRefusals } from "../execute/execution.ts";
import type { Probe } from "../execute/guard-probe.ts";
import { isClusterDone } from "../execute/execute-cluster.ts";
import { observeForPlan } from "../execute/observe-for-plan.ts";
import { planningState, type StoredRecord } from "../execute/records.ts";
import type { Manifest, Owner } from "../manifests/manifest.ts";
import { idOf, type KubernetesObject, keyOf } from "../manifests/object.ts";
import { type Judge, type Objection, planChanges } from "../plan/changes.ts";
import type { Foreign, Plan } from "../plan/plan.ts";
import { plansAsJson } from "../report/plan-json.ts";
import { changesOf } from "../report/plan-text.ts";
import type { Style } from "../report/style.ts";
import { specChangesAsText } from "../report/spec-text.ts";
import { renderCluster, renderTenant } from "../render/render.ts";
import { documentOf } from "../tenant/document.ts";
import { type SpecChange, specChanges } from "../tenant/spec-changes.ts";
import type { Tenant, TenantDocument } from "../tenant/tenant.ts";
import { foreignTo, readAdditive } from "./foreign-objects.ts";
import { type Designating, nodeRefusals, readNodeObjections } from "./node-objections.ts";
import { refuseOvertaken } from "./overtaken.ts";
import { type PoolNodes, readPoolNodes } from "./pool-nodes.ts";
import { recordKey, type Session } from "./session.ts";

/** What has to happen to what all tenants share. */
export interface ClusterPlan {
  readonly plan: Plan;
  readonly stored: StoredRecord | undefined;
  readonly generation: string;
  readonly probes: readonly Probe[];
  /** It makes mtenant's again what no record holds, or what somebody else applies from rendered files. */
  readonly takesOver: boolean;
}

/** What has to happen to one tenant. */
export interface TenantPlan {
  readonly tenant: Tenant;
  readonly plan: Plan;
  readonly stored: StoredRecord | undefined;
  readonly spec: TenantDocument;
  /** What of the recorded spec changes; none when there is no record yet. */
  readonly specChanges: readonly SpecChange[];
  /** What a person should know of the tenant that stands in no change: a sentence each. */
  readonly notes: readonly string[];
}

/** The plans of the cluster and of tenants. */
export interface PlannedOwners {
  readonly cluster: ClusterPlan;
  readonly tenants: readonly TenantPlan[];
}

/** Decides with the boundaries what a change means. */
const judge: Judge = (id, before, after) => reachOf(id)(before, after);

const clusterOwner: Owner = { kind: "cluster" };

/** How a person wants it to be planned. */
export interface HowToPlan {
  readonly forceConflicts: boolean;
  readonly takeOver: boolean;
}

interface Rendered {
  readonly owner: Owner;
  readonly manifests: readonly Manifest[];
  readonly stored: StoredRecord | undefined;
  /** Absent: the set is the cluster's. */
  readonly tenant?: Tenant;
}

/** Renders the cluster's set and every tenant's, reads what is live of them in one go, and plans. Writes nothing. */
export async function planOwners(
  session: Session,
  tenants: readonly Tenant[],
  { forceConflicts, takeOver }: HowToPlan,
): Promise<PlannedOwners> {
  const { facts, templates, records } = session;
  const shared: Rendered = {
    owner: clusterOwner,
    manifests: renderCluster({ facts, templates }),
    stored: records.get(recordKey(clusterOwner)),
  };
  const rendered = tenants.map((tenant): Rendered => {
    const owner: Owner = { kind: "tenant", name: tenant.name };
    return {
      owner,
      tenant,
      manifests: renderTenant({ tenant, facts, templates }),
      stored: records.get(recordKey(owner)),
    };
  });
  try {
    const pooled = tenants.map((tenant, at) => ({ tenant, stored: rendered[at]?.stored }));
    const [live, found, pools] = await Promise.all([
      readLive(session, [shared, ...rendered]),
      readAdditive(session, tenants),
      readPoolNodes(session.cluster, pooled, [...records.values()]),
    ]);
    const designated = rendered.flatMap(designating);
    const objections = await readNodeObjections(session.cluster, designated, {
      live,
      records: records.values(),
    });
    const rulesOf = grantedRules(session.clusterRoles);
    const seen = { live, found, rulesOf, objections, pools, forceConflicts };
    const [cluster, plans] = await Promise.all([
      planCluster(session, shared, seen, takeOver ? tenants : undefined),
      Promise.all(
        rendered.map((each, at) =>
          planOne(session, each, { ...seen, takeOver, adopt: new Set(adoptedKeys(tenants[at])) }),
        ),
      ),
    ]);
    const planned = {
      cluster,
      tenants: tenants.map((tenant, at) => tenantPart(tenant, rendered[at], plans[at], pools)),
    };
    await refuseOvertaken(session.cluster, [planned.cluster, ...planned.tenants]);
    return planned;
  } catch (error) {
    throw explainError(error, session.cluster, "plan");
  }
}

function designating({ owner, manifests, stored }: Rendered): Designating[] {
  if (owner.kind === "cluster") return [];
  const ready = stored?.record.phase === "ready";
  return [{ tenant: owner.name, manifests, ready, ...planningState(owner, stored) }];
}

/** Looks at a tenant's nodes again, as `planOwners` did. Throws ApiError, ConnectionError. */
export function nodeRefusalsOf({ plan, stored }: TenantPlan, { cluster, records }: Session): NodeRefusals {
  const manifests = changesOf(plan).flatMap(({ manifest }) => manifest ?? []);
  const [own] = designating({ owner: plan.owner, manifests, stored });
  if (own === undefined) throw new Error("the cluster has no nodes of its own");
  return nodeRefusals(cluster, own, [...records.values()]);
}

/**
 * The guards that all share are taken over, together with `taken` tenants, where they have no record, or come from
 * rendered files that no tool marks as its own and are either not as they should be or nobody else's any more.
 */
async function planCluster(
  session: Session,
  shared: Rendered,
  seen: Omit<Seen, "adopt" | "takeOver">,
  taken: readonly Tenant[] | undefined,
): Promise<ClusterPlan> {
  const plan = await planOne(session, shared, { ...seen, adopt: new Set(), takeOver: false });
  const asItIs = clusterPart(shared, plan, false);
  const { stored } = shared;
  const isOthers = stored === undefined || (stored.record.phase === "rendered" && stored.tool === undefined);
  if (taken === undefined || !isOthers) return asItIs;
  if (isClusterDone(asItIs) && hasOtherRendered(session, taken)) return asItIs;
  const again = await planOne(session, shared, { ...seen, adopt: new Set(), takeOver: true });
  return clusterPart(shared, again, true);
}

function hasOtherRendered({ records }: Session, taken: readonly Tenant[]): boolean {
  const names = new Set(taken.map(({ name }) => name));
  return [...records.values()].some(
    ({ record: { owner, phase } }) =>
      owner.kind === "tenant" && phase === "rendered" && !names.has(owner.name),
  );
}

async function readLive(
  session: Session,
  all: readonly Rendered[],
): Promise<ReadonlyMap<string, KubernetesObject | undefined>> {
  const ids = all.flatMap(({ owner, manifests, stored }) => [
    ...manifests.map(({ object }) => idOf(object)),
    ...planningState(owner, stored).held.map(({ id }) => id),
  ]);
  return observe(session.cluster, [...new Map(ids.map((id) => [keyOf(id), id])).values()]);
}

interface Seen {
  readonly live: ReadonlyMap<string, KubernetesObject | undefined>;
  readonly found: readonly KubernetesObject[];
  readonly rulesOf: GrantedRules;
  /** By tenant, then by `keyOf`. */
  readonly objections: ReadonlyMap<string, ReadonlyMap<string, Objection>>;
  /** By tenant. */
  readonly pools: ReadonlyMap<string, PoolNodes>;
  readonly adopt: ReadonlySet<string>;
  readonly forceConflicts: boolean;
  readonly takeOver: boolean;
}

async function planOne(
  session: Session,
  { owner, manifests, stored, tenant }: Rendered,
  seen: Seen,
): Promise<Plan> {
  const { forceConflicts, takeOver, adopt, live } = seen;
  const state = planningState(owner, stored, takeOver);
  const input = { owner, wanted: manifests, ...state, forceConflicts, takeOver };
  const observed = await observeForPlan(session.cluster, input, { live });
  const held = new Set(state.held.map(({ id }) => keyOf(id)));
  const foreign = tenant === undefined ? [] : foreignTo({ manifests, tenant }, seen, held);
  const objections = tenant === undefined ? undefined : seen.objections.get(tenant.name);
  const pools = tenant === undefined ? undefined : seen.pools.get(tenant.name);
  return planChanges({
    ...input,
    observed,
    adopt,
    judge,
    foreign: [...foreign, ...(pools?.foreign ?? [])],
    ...(pools === undefined ? {} : { refused: pools.refused }),
    ...(objections === undefined ? {} : { objections }),
  });
}

function adoptedKeys(tenant: Tenant | undefined): string[] {
  const names = (tenant?.namespaces ?? []).filter(({ existing }) => existing).map(({ name }) => name);
  return names.map((name) => keyOf({ group: "", kind: "Namespace", namespace: "", name }));
}

function openIn(tenant: Tenant): Foreign[] {
  return openWalls(tenant).map(({ namespace, message }) => ({
    id: { group: "", kind: "Namespace", namespace: "", name: namespace },
    effect: "widens",
    message,
  }));
}

/** The plans as data, `kind: Plan`. `target`: the cluster that they are for. */
export function plannedAsJson(
  { cluster, tenants }: PlannedOwners,
  target: { readonly context: string; readonly server: string },
): object {
  const specs = new Map(tenants.map(({ tenant, specChanges: changed }) => [tenant.name, changed]));
  return plansAsJson([cluster.plan, ...tenants.map(({ plan }) => plan)], target, specs);
}

/** What changes in the specs of tenants that have a record, to be shown in front of the plans. */
export function specsAsText(tenants: readonly TenantPlan[], style: Style): string {
  return tenants.map((each) => specChangesAsText(each.tenant.name, each.specChanges, style)).join("");
}

function clusterPart({ manifests, stored }: Rendered, plan: Plan, takesOver: boolean): ClusterPlan {
  const probes = guardProbes(manifests).map(
    (probe): Probe => ({ ...probe, isAnswer: (refusal) => guardDenied(refusal)?.message === probe.answer }),
  );
  return { plan, stored, generation: guardGeneration(manifests), probes, takesOver };
}

function tenantPart(
  tenant: Tenant,
  rendered: Rendered | undefined,
  plan: Plan | undefined,
  pools: ReadonlyMap<string, PoolNodes>,
): TenantPlan {
  if (plan === undefined) throw new Error(`tenant ${tenant.name} was not planned`);
  const [stored, spec] = [rendered?.stored, documentOf(tenant)];
  const before = stored?.record.spec;
  const open = openIn(tenant);
  return {
    tenant,
    plan: open.length === 0 ? plan : { ...plan, open },
    stored,
    spec,
    specChanges: before === undefined ? [] : specChanges(before, spec),
    notes: pools.get(tenant.name)?.notes ?? [],
  };
}
