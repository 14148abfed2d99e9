import type { Facts } from "../facts/facts.ts";
import type { Kind } from "../manifests/kinds.ts";
import type { BoundaryName } from "../manifests/manifest.ts";
import type { Json, KubernetesObject, ObjectId } from "../manifests/object.ts";
import type { Subject, Tenant, TenantNamespace, TenantRole } from "../tenant/tenant.ts";

/** Where an attack starts and where it aims: what its requests are computed from. */
export interface AttackScope {
  /** The attacker's own tenant, in one of its namespaces. */
  readonly tenant: Tenant;
  readonly namespace: TenantNamespace;
  readonly facts: Facts;
  /** Whom it reaches for: another tenant, or the cluster's own namespace where there is no other tenant. */
  readonly neighbour: Neighbour;
  /** A StorageClass that the tenant may claim, and whether claims get it without naming it; absent: it may claim none. */
  readonly storageClassName?: string;
}

/** Somebody else's namespace. `tenant` is "" when it belongs to no tenant. */
export interface Neighbour {
  readonly tenant: string;
  readonly namespace: string;
  /** Who has a role in that tenant, by its spec. */
  readonly subjects?: readonly Subject[];
}

/** The tenant that an attack pretends to be: the neighbour, or one that does not exist where the neighbour is none. */
export function otherTenant({ neighbour }: AttackScope): string {
  return neighbour.tenant === "" ? "mtenant-nobody" : neighbour.tenant;
}

/** Whom a tenant reaches for on a cluster without other tenants. */
export const noNeighbour: Neighbour = { tenant: "", namespace: "kube-system" };

/**
 * One request of the API, in RBAC's verbs. `list`, `get` are sent as they are; everything that writes as a dry-run.
 * A patch is a JSON merge patch (RFC 7396).
 */
export type AttackRequest =
  | { readonly verb: "create" | "update"; readonly object: KubernetesObject; readonly subresource?: string }
  | {
      readonly verb: "patch";
      readonly id: ObjectId;
      readonly body: Json;
      readonly subresource?: string;
      /** As discovery has it; absent: a built-in kind. */
      readonly served?: Kind;
    }
  | {
      readonly verb: "get" | "delete";
      readonly id: ObjectId;
      readonly subresource?: string;
      /** As discovery has it; absent: a built-in kind. */
      readonly served?: Kind;
    }
  | {
      readonly verb: "list" | "deletecollection";
      readonly kind: Pick<Kind, "group" | "kind"> | Kind;
      /** "": in all namespaces, or a cluster-scoped kind. */
      readonly namespace: string;
    };

/** What can refuse a request: the authorizer, a built-in admission plugin, or a ValidatingAdmissionPolicy by its name. */
export type Refuser =
  | "RBAC"
  | "PodSecurity"
  | "ResourceQuota"
  | "LimitRanger"
  | `ValidatingAdmissionPolicy ${string}`;

/** The refuser that a guard is. */
export function guard(policy: string): Refuser {
  return `ValidatingAdmissionPolicy ${policy}`;
}

/** The policy of a refuser that is a guard; undefined: it is none. */
export function policyOf(refuser: Refuser): string | undefined {
  const prefix = guard("");
  return refuser.startsWith(prefix) ? refuser.slice(prefix.length) : undefined;
}

/**
 * What a malicious tenant tries, and almost the same that it may do. Sent with the tenant's identity, the twin must
 * pass, and the attack must be refused by one of those that are named: any other refusal proves nothing.
 */
export interface Attack {
  /** Its row in the catalogue of attacks, a dash, and which form of it: unique, and stays. */
  readonly id: string;
  /** What it does, read after "a tenant that". */
  readonly title: string;
  /** The wall that is tried. */
  readonly boundary: BoundaryName;
  /** Absent: every tenant. False where the tenant's spec leaves nothing to attack. */
  readonly when?: (scope: AttackScope) => boolean;
  /** The roles that may send the twin; absent: Owner and Developer. */
  readonly roles?: readonly TenantRole[];
  readonly request: (scope: AttackScope) => AttackRequest;
  /** The harmless one: the request with one field altered, or, where the tenant may do nothing of the kind, a request of its own. */
  readonly twin: (scope: AttackScope) => AttackRequest;
  /** All that may refuse it: where several do, the server names any one of them. */
  readonly refusedBy: readonly Refuser[];
  /** Is what the server would store harmless all the same? For what pod defaults repair, and for fields that an older server drops. */
  readonly mended?: (stored: KubernetesObject, scope: AttackScope) => boolean;
  /** Words of the packaged refusal that tell what to change. An override may reword them, so they decide nothing. */
  readonly says?: string | ((scope: AttackScope) => string);
}
