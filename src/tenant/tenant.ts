import type { Json, JsonMap } from "../manifests/object.ts";
import type { Toleration } from "../facts/facts.ts";
import type { LimitItem } from "./resource-schema.ts";

/** The roles a subject can have in a tenant. */
export type TenantRole = "Owner" | "Developer" | "Viewer";

/** Pod Security Standards levels, verbatim. */
export type PodSecurityLevel = "privileged" | "baseline" | "restricted";

/** Who has a role. `namespaces`: only in these namespaces of the tenant; absent: in all. */
export interface Subject {
  readonly kind: "Group" | "User" | "ServiceAccount";
  readonly name: string;
  /** Of a ServiceAccount only. */
  readonly namespace?: string;
  readonly displayName?: string;
  readonly role: TenantRole;
  readonly namespaces?: readonly string[];
}

/** A pool of nodes: named nodes that mtenant labels and taints, or a selector whose label and taint somebody else sets. */
export interface NodePool {
  readonly name: string;
  readonly nodeNames?: readonly string[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
}

/** One namespace of a tenant, with everything that the spec and the class say about it. */
export interface TenantNamespace {
  readonly name: string;
  /** Adopted by name, kept at delete. */
  readonly existing: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly podSecurity: PodSecurityLevel;
  /** Of an adopted namespace in its stage of warnings; absent: the guards refuse. */
  readonly enforcement?: { readonly mode: "Warn"; readonly until: string };
  /** The size that quota and limits are those of; absent when the spec states something else over it. */
  readonly size?: string;
  /** Resource names and quantities of the ResourceQuota, from the size and what the spec says over it. */
  readonly quota: { readonly hard: Readonly<Record<string, string>> };
  /** `spec.limits` of the LimitRange, from the size or the spec. */
  readonly limitRange: { readonly limits: readonly JsonMap[] };
}

/** A NetworkPolicy rule with a name, and the pods and namespaces of the tenant that it is for. */
export interface NetworkRule {
  readonly name: string;
  /** Absent: every namespace of the tenant. */
  readonly namespaces?: readonly string[];
  /** A LabelSelector; `{}` means every pod. */
  readonly podSelector: JsonMap;
  /** NetworkPolicyPeer, verbatim: `to` of an egress rule, `from` of an ingress rule. */
  readonly peers: readonly JsonMap[];
  /** NetworkPolicyPort, verbatim; absent: every port. */
  readonly ports?: readonly JsonMap[];
}

/** What of a class still matters once its values are merged in: the fields that it locks, and its sizes. */
export interface ClassRules {
  readonly locked: readonly string[];
  readonly sizes: Readonly<Record<string, ClassSize>>;
}

/** One size of a class, as the class states it. */
export interface ClassSize {
  readonly quota: { readonly hard: Readonly<Record<string, string | number>> };
  readonly limitRange?: { readonly limits: readonly LimitItem[] };
}

/** A tenant's resolved spec: class and sizes merged in, names checked, every choice stated. */
export interface Tenant {
  readonly name: string;
  readonly className?: string;
  /** What of the class binds later changes by flags, when the class's file is not there. Absent: it locks nothing and has no sizes. */
  readonly classRules?: ClassRules;
  /** Go onto every object of the tenant. */
  readonly labels: Readonly<Record<string, string>>;
  readonly namespaces: readonly TenantNamespace[];
  readonly budget?: { readonly hard: Readonly<Record<string, string>> };
  readonly subjects: readonly Subject[];
  readonly nodes: {
    readonly mode: "Dedicated" | "Sandboxed" | "Shared";
    readonly pools: readonly NodePool[];
  };
  readonly pods: { readonly runtimeClassName?: string };
  readonly allowed: {
    readonly imageRegistries: readonly string[];
    readonly storageClassNames: readonly string[];
    readonly priorityClassNames: readonly string[];
    readonly csiDrivers: readonly string[];
    readonly tokenAudiences: readonly string[];
  };
  readonly network: {
    readonly dns: "Allow" | "Deny";
    readonly apiServer: "Allow" | "Deny";
    readonly egress: readonly NetworkRule[];
    readonly ingress: readonly NetworkRule[];
  };
}

/** A resolved Tenant as a `kind: Tenant` document: the record keeps it, and `parseTenants` reads it back to the same Tenant. */
export type TenantDocument = { readonly [key: string]: Json };
