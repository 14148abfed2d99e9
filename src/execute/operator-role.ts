import { builtInKind } from "../cluster/paths.ts";
import type { PolicyRule } from "../facts/facts.ts";
import { rulesCoverRules } from "../facts/rules.ts";
import { type Comments, commentPath } from "../manifests/comments.ts";
import { MANAGED_BY, MANAGED_BY_LABEL, MANAGED_TENANTS, RoleName } from "../manifests/names.ts";
import { idOf, type KubernetesObject, type ObjectId } from "../manifests/object.ts";
import { drainedKinds } from "./drain.ts";
import { parameterKind } from "./needed-rights.ts";

/** What the rights of an operator depend on beside mtenant's own code: the cluster's set and the guards' probes. */
export interface SharedObjects {
  readonly shared: readonly KubernetesObject[];
  readonly probes: readonly KubernetesObject[];
  /** With what `verify` takes too? */
  readonly verify?: boolean;
}

interface ExplainedRule {
  readonly rule: PolicyRule;
  readonly why: string;
}

const WALL_VERBS = ["get", "create", "patch", "delete"] as const;
const RBAC = "rbac.authorization.k8s.io";
const ADMISSION = "admissionregistration.k8s.io";
const roleNames = Object.values(RoleName);

/**
 * The ClusterRole with the least rights that every command but `verify` needs, and why it has each rule. Whoever holds it can give
 * the tenants' roles in every namespace: it is an administrator of the cluster in all but name.
 */
export function operatorRole({ shared, probes, verify = false }: SharedObjects): {
  readonly object: KubernetesObject;
  /** The rules of the object. */
  readonly rules: readonly PolicyRule[];
  readonly comments: Comments;
} {
  const explained = [
    ...generalRules,
    ...guardRules(shared),
    ...probeRules(probes.map(idOf)),
    ...drainRules(),
    ...(verify ? [impersonation] : []),
  ];
  const rules = explained.map(({ rule }) => rule);
  const metadata = { name: "mtenant-operator", labels: { [MANAGED_BY_LABEL]: MANAGED_BY } };
  const object = { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata, rules };
  return { object: object as unknown as KubernetesObject, rules, comments: commentsOf(explained) };
}

/** Above each rule, unless the one before is there for the same reason. */
function commentsOf(explained: readonly ExplainedRule[]): Comments {
  const first = explained.flatMap(({ why }, index) =>
    explained[index - 1]?.why === why
      ? []
      : ([[commentPath(["rules", index]), { before: ` ${why}` }]] as const),
  );
  return new Map(first);
}

const generalRules: readonly ExplainedRule[] = [
  explain("The guards let pass whoever holds this. No API serves it.", {
    apiGroups: [MANAGED_TENANTS.group],
    resources: [MANAGED_TENANTS.resource],
    verbs: ["manage"],
  }),
  explain(
    "To see what is there, and to prove after a delete that nothing of any kind is left. Lists show contents, those of Secrets too.",
    {
      apiGroups: ["*"],
      resources: ["*"],
      verbs: ["list"],
    },
  ),
  explain("Nodes are labelled and tainted, never created or deleted.", {
    apiGroups: [""],
    resources: ["nodes"],
    verbs: ["get", "patch"],
  }),
  explain("RBAC has no patterns for names, so it cannot say which namespaces.", {
    apiGroups: [""],
    resources: ["namespaces"],
    verbs: WALL_VERBS,
  }),
  explain("The walls in a tenant's namespaces.", {
    apiGroups: [""],
    resources: ["resourcequotas", "limitranges"],
    verbs: WALL_VERBS,
  }),
  explain("The walls in a tenant's namespaces.", {
    apiGroups: ["networking.k8s.io"],
    resources: ["networkpolicies"],
    verbs: WALL_VERBS,
  }),
  explain("Pods that name no ServiceAccount get no token.", {
    apiGroups: [""],
    resources: ["serviceaccounts"],
    resourceNames: ["default"],
    verbs: ["get", "create", "patch"],
  }),
  explain("The records in mtenant-system.", {
    apiGroups: [""],
    resources: ["configmaps"],
    verbs: ["get", "create", "update", "delete"],
  }),
  explain(
    "What tenants may do. The names limit what can be granted, in every namespace alike, kube-system included.",
    {
      apiGroups: [RBAC],
      resources: ["roles"],
      resourceNames: roleNames,
      verbs: [...WALL_VERBS, "escalate", "bind"],
    },
  ),
  explain("Who may do it.", {
    apiGroups: [RBAC],
    resources: ["rolebindings"],
    resourceNames: roleNames,
    verbs: WALL_VERBS,
  }),
];

const impersonation = explain(
  "verify only: it acts as the people of the tenants. RBAC has no patterns for names, so whoever has this may act as anybody.",
  { apiGroups: [""], resources: ["users", "groups", "serviceaccounts"], verbs: ["impersonate"] },
);

/** What `verify` takes beyond the rules of an operator. */
export const verifyRules: readonly PolicyRule[] = [impersonation.rule];

function guardRules(shared: readonly KubernetesObject[]): ExplainedRule[] {
  const guards = shared.map(idOf).filter(({ group }) => group === ADMISSION);
  const parameters = shared.flatMap((object) => parameterKind(object) ?? []).map(builtInKind);
  return [
    ...byKind(guards).map((named) => explain("The guards.", { ...named, verbs: WALL_VERBS })),
    ...parameters.map(({ group, plural }) =>
      explain("Only who may read a guard's parameters may write the guard.", {
        apiGroups: [group],
        resources: [plural],
        verbs: ["get"],
      }),
    ),
  ];
}

/** Of what a probe takes, what the general rules do not grant already. */
function probeRules(probes: readonly ObjectId[]): ExplainedRule[] {
  const general = generalRules.map(({ rule }) => rule);
  return byKind(probes).flatMap((named) => {
    const verbs = ["create", "patch"].filter(
      (verb) => !rulesCoverRules(general, [{ ...named, verbs: [verb] }]),
    );
    const why = "To ask a guard whether it is live, by a dry-run.";
    return verbs.length === 0 ? [] : [explain(why, { ...named, verbs })];
  });
}

function drainRules(): ExplainedRule[] {
  return [...new Set(drainedKinds.map(({ group }) => group))].map((group) =>
    explain("Workloads end before the walls of their namespace do.", {
      apiGroups: [group],
      resources: drainedKinds.filter((kind) => kind.group === group).map((kind) => builtInKind(kind).plural),
      verbs: ["deletecollection"],
    }),
  );
}

/** Group, resource and names of the objects of each kind. */
function byKind(ids: readonly ObjectId[]): Omit<PolicyRule, "verbs">[] {
  const kinds = new Map(ids.map((id) => [`${id.group}/${id.kind}`, builtInKind(id)]));
  return [...kinds.values()].map(({ group, kind, plural }) => {
    const names = ids.filter((id) => id.group === group && id.kind === kind).map(({ name }) => name);
    return { apiGroups: [group], resources: [plural], resourceNames: [...new Set(names)] };
  });
}

function explain(why: string, rule: PolicyRule): ExplainedRule {
  return { rule, why };
}
