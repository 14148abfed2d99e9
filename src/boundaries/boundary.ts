import type { Facts } from "../facts/facts.ts";
import type { BoundaryName, Manifest } from "../manifests/manifest.ts";
import type { Json, KubernetesObject } from "../manifests/object.ts";
import type { Effect } from "./reach.ts";
import type { NetworkRule, Tenant, TenantNamespace } from "../tenant/tenant.ts";

/** What a template is rendered once for, and what its values may be computed from. */
export interface ClusterScope {
  readonly facts: Facts;
}
/** Once for a tenant. */
export interface TenantScope extends ClusterScope {
  readonly tenant: Tenant;
}
/** Once for each namespace of a tenant. */
export interface NamespaceScope extends TenantScope {
  readonly namespace: TenantNamespace;
}
/** A declared network rule in one of the namespaces that it is for. */
export interface RuleScope extends NamespaceScope {
  readonly rule: NetworkRule;
  readonly direction: "egress" | "ingress";
}
/** Once for each node that a tenant names. */
export interface NodeScope extends TenantScope {
  readonly node: string;
}

/** The values of a template's placeholders, by name without the angle brackets. */
export type Values = Readonly<Record<string, Json>>;

/** How one template is used: what it is rendered for, when, and with which values. */
export type TemplateUse =
  | Use<"cluster", ClusterScope>
  | Use<"tenant", TenantScope>
  | Use<"namespace", NamespaceScope>
  | Use<"rule", RuleScope>
  | Use<"node", NodeScope>;

interface Use<Per extends string, Scope> {
  readonly per: Per;
  /** The file below the templates folder: `network/default-deny.yaml`. It may hold several documents. */
  readonly file: string;
  /** Absent: always. */
  readonly when?: (scope: Scope) => boolean;
  /** Absent: "object". */
  readonly form?: (scope: Scope) => Manifest["form"];
  readonly values: (scope: Scope) => Values;
  /** Labels that come from the spec and so cannot stand in the template; the template's own win over them. */
  readonly labels?: (scope: Scope) => Readonly<Record<string, string>>;
}

/** What a guarantee has to judge: all manifests of one owner, never one file alone. */
export interface RenderedSet {
  readonly manifests: readonly Manifest[];
  readonly facts: Facts;
  /** Absent: the set is the cluster's. */
  readonly tenant?: Tenant;
  /** The same owner's set from the packaged templates alone. Absent: `manifests` is that set. */
  readonly packaged?: readonly Manifest[];
}

/** A wall that the rendered set does not have. */
export interface Violation {
  /** The rule, as a sentence of what must hold. */
  readonly rule: string;
  /** The template it was found in, or where it should have been. */
  readonly template: string;
  readonly message: string;
  readonly remedy: string;
}

/** What must hold in every rendered set, whatever the templates said. Empty: it holds. */
export type Guarantee = (set: RenderedSet) => readonly Violation[];

/** One wall: its templates, what must hold, and what a change to one of its objects means for the tenant's reach. */
export interface Boundary {
  readonly name: BoundaryName;
  readonly uses: readonly TemplateUse[];
  readonly guarantees: readonly Guarantee[];
  /** By `group/Kind`: the meaning of a change from `before` to `after`; an absent side means that the object does not exist. */
  readonly reach: Readonly<Record<string, Reach>>;
}

/** Decides by meaning whether a tenant (or whoever the object speaks of) can reach more after the change. */
export type Reach = (before: KubernetesObject | undefined, after: KubernetesObject | undefined) => Effect;
