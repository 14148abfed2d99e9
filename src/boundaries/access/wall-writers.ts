import type { PolicyRule } from "../../facts/facts.ts";
import { breakDown, rulesCover } from "../../facts/rules.ts";
import { MANAGED_TENANTS } from "../../manifests/names.ts";
import { describeId, idOf, type KubernetesObject } from "../../manifests/object.ts";
import { kubernetesIdentities } from "../guards/exempt.ts";
import { type BoundSubject, boundSubjects, isEveryone } from "./cluster-bindings.ts";
import { type GrantedRules, grantedRules } from "./granted-rules.ts";
import { subjectKey } from "./subjects.ts";

/** Somebody who is no operator and may write what tenants are walled in by. */
export interface WallWriter {
  /** `Group platform`, `ServiceAccount flux-system/kustomize-controller`. */
  readonly subject: string;
  /** It stands for every user or every pod of the cluster. */
  readonly everyone: boolean;
  /** What it may write, in the order of the walls. */
  readonly writes: readonly string[];
  /** The bindings that it has this by. */
  readonly through: readonly string[];
}

interface Writable {
  readonly what: string;
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const write = ["create", "update", "patch", "delete", "deletecollection"];

const writable: readonly Writable[] = [
  {
    what: "the guards",
    group: "admissionregistration.k8s.io",
    resources: [
      "validatingadmissionpolicies",
      "validatingadmissionpolicybindings",
      "mutatingadmissionpolicies",
      "mutatingadmissionpolicybindings",
    ],
    verbs: write,
  },
  {
    what: "labels of namespaces",
    group: "",
    resources: ["namespaces", "namespaces/status", "namespaces/finalize"],
    verbs: ["update", "patch", "delete"],
  },
  {
    what: "Roles and RoleBindings",
    group: "rbac.authorization.k8s.io",
    resources: ["roles", "rolebindings", "clusterroles", "clusterrolebindings"],
    verbs: write,
  },
  { what: "NetworkPolicies", group: "networking.k8s.io", resources: ["networkpolicies"], verbs: write },
  { what: "quotas and limits", group: "", resources: ["resourcequotas", "limitranges"], verbs: write },
  { what: "everything, as anybody else", group: "", resources: ["users", "groups"], verbs: ["impersonate"] },
];

/** Do the rules make their holder an operator, whom the guards let through? */
function makeOperator(rules: readonly PolicyRule[]): boolean {
  return rulesCover(rules, { ...MANAGED_TENANTS, verb: "manage" });
}

interface Holder {
  readonly subject: BoundSubject;
  readonly grants: { readonly binding: KubernetesObject; readonly rules: readonly PolicyRule[] }[];
}

/**
 * Who beyond the operators and Kubernetes' own identities may write the walls, judged by the rules of the roles that are
 * bound in the whole cluster: the guards cannot guard themselves, and policies and bindings add up. Sorted by subject.
 */
export function wallWriters(
  clusterRoles: readonly KubernetesObject[],
  clusterRoleBindings: readonly KubernetesObject[],
): readonly WallWriter[] {
  return holdersOf(clusterRoleBindings, grantedRules(clusterRoles))
    .filter(({ subject, grants }) => {
      const rules = grants.flatMap((each) => each.rules);
      return !makeOperator(rules) && !kubernetesIdentities.includes(userName(subject));
    })
    .flatMap(writerOf)
    .sort((one, other) => (one.subject < other.subject ? -1 : 1));
}

function holdersOf(bindings: readonly KubernetesObject[], rulesOf: GrantedRules): readonly Holder[] {
  const holders = new Map<string, Holder>();
  for (const binding of bindings)
    for (const subject of boundSubjects(binding)) {
      const holder = holders.get(subjectKey(subject)) ?? { subject, grants: [] };
      holder.grants.push({ binding, rules: rulesOf(binding) ?? [] });
      holders.set(subjectKey(subject), holder);
    }
  return [...holders.values()];
}

function writerOf({ subject, grants }: Holder): WallWriter[] {
  const writes = writable.filter((wall) => grants.some(({ rules }) => touch(rules, wall)));
  if (writes.length === 0) return [];
  const through = grants.filter(({ rules }) => writable.some((wall) => touch(rules, wall)));
  return [
    {
      subject: describeSubject(subject),
      everyone: isEveryone(subject),
      writes: writes.map(({ what }) => what),
      through: through.map(({ binding }) => describeId(idOf(binding))),
    },
  ];
}

/** A rule for certain names counts where they are names of mtenant's. */
function touch(rules: readonly PolicyRule[], { group, resources, verbs }: Writable): boolean {
  return rules.flatMap(breakDown).some(({ name, ...atom }) => {
    if (name !== undefined && !name.startsWith("mtenant")) return false;
    return resources.some((resource) =>
      verbs.some((verb) =>
        rulesCover([{ apiGroups: [atom.group], resources: [atom.resource], verbs: [atom.verb] }], {
          group,
          resource,
          verb,
        }),
      ),
    );
  });
}

/** Who may write what, and by what, in one line. */
export function describeWriter({ subject, writes, through }: WallWriter): string {
  return `${subject}: ${writes.join(", ")}, by ${through.join(", ")}`;
}

/** `Group platform`, `ServiceAccount flux-system/kustomize-controller`. */
export function describeSubject({ kind, name, namespace }: BoundSubject): string {
  return kind === "ServiceAccount" ? `${kind} ${namespace ?? ""}/${name}` : `${kind} ${name}`;
}

function userName({ kind, name, namespace = "" }: BoundSubject): string {
  return kind === "ServiceAccount" ? `system:serviceaccount:${namespace}:${name}` : name;
}
