import { hostAttacks } from "../../../src/boundaries/pods/host-attacks.ts";

/** One way of weakening a tenant by hand, and what has to be said about it. */
export interface Weakening {
  readonly title: string;
  /** The words of kubectl. */
  readonly weaken: readonly (readonly string[])[];
  /** Every check of `verify` that is no pass any more, as `keyOf` calls it; all others still have to pass. */
  readonly caughtBy: readonly string[];
  /** Of checks that cannot be told any more, the ids; absent: none. */
  readonly untold?: RegExp;
  /** What `diff` says about it; absent: an object outside of the tenant's namespaces, which no plan of the tenant is about. */
  readonly diff?: RegExp;
  /** How to mend what `create` does not take away: what is somebody else's. */
  readonly undo?: readonly (readonly string[])[];
}

function patchOf(kind: string, name: string, patch: unknown, type = "merge"): readonly string[] {
  return ["patch", kind, name, "-n", "team", "--type", type, "-p", JSON.stringify(patch)];
}

function beyond(group: string, role: string): string {
  return `breach rights: Group ${group}, ${role}, may do what the spec gives and no more`;
}

const rights = { apiGroups: [""], resources: ["resourcequotas"], verbs: ["*"] };

/** The tenant is `team`, on the node `verify-1`; its neighbour is `other`. */
export const weakenings: readonly Weakening[] = [
  {
    title: "a RoleBinding is added",
    weaken: [["create", "rolebinding", "friends", "-n", "team", "--clusterrole=view", "--group=strangers"]],
    caughtBy: ["breach foreign: RoleBinding team/friends is not mtenant's"],
    diff: /RoleBinding team\/friends .*widens/,
    undo: [["delete", "rolebinding", "friends", "-n", "team"]],
  },
  {
    title: "a ServiceAccount of somebody else gets rights in the namespace",
    weaken: [
      [
        "create",
        "rolebinding",
        "robot",
        "-n",
        "team",
        "--clusterrole=edit",
        "--serviceaccount=default:robot",
      ],
    ],
    caughtBy: ["breach foreign: RoleBinding team/robot is not mtenant's"],
    diff: /RoleBinding team\/robot .*widens/,
    undo: [["delete", "rolebinding", "robot", "-n", "team"]],
  },
  {
    title: "a NetworkPolicy is deleted",
    weaken: [["delete", "networkpolicy", "mtenant-default-deny", "-n", "team"]],
    caughtBy: ["breach wall: NetworkPolicy team/mtenant-default-deny is as rendered"],
    diff: /NetworkPolicy team\/mtenant-default-deny/,
  },
  {
    title: "a guard is deleted",
    weaken: [["delete", "validatingadmissionpolicy", "mtenant-services"]],
    caughtBy: [
      "breach A19-external-ip",
      "breach A21-external-name",
      "breach N9-dns",
      "breach N9-endpoint-group",
      "breach N9-mesh",
      "breach N9-route",
      "breach N9-tailnet",
      "breach guard: the guard mtenant-services is live",
      "breach wall: ValidatingAdmissionPolicy mtenant-services is as rendered",
    ],
    diff: /ValidatingAdmissionPolicy mtenant-services/,
  },
  {
    title: "a guard's binding is removed",
    weaken: [["delete", "validatingadmissionpolicybinding", "mtenant-volumes"]],
    caughtBy: [
      "breach guard: the guard mtenant-volumes is live",
      "breach wall: ValidatingAdmissionPolicyBinding mtenant-volumes is as rendered",
    ],
    diff: /ValidatingAdmissionPolicyBinding mtenant-volumes/,
  },
  {
    title: "the tenant label of the namespace is changed",
    weaken: [["label", "namespace", "team", "mtenant.dev/tenant=other", "--overwrite"]],
    caughtBy: ["breach wall: Namespace team is as rendered"],
    // The guards ask for another tenant's selector now, and refuse the harmless pod as well.
    untold: /^(A1-create-pod|A7-|A10-pod|A26-pod-|H|N11-|S)/,
    diff: /Namespace team/,
  },
  {
    title: "the quota is lifted",
    weaken: [patchOf("resourcequota", "mtenant", { spec: { hard: { pods: "100k" } } })],
    caughtBy: ["breach wall: ResourceQuota team/mtenant is as rendered"],
    diff: /ResourceQuota team\/mtenant/,
  },
  {
    title: "a Role is widened",
    weaken: [patchOf("role", "mtenant-owner", [{ op: "add", path: "/rules/-", value: rights }], "json")],
    caughtBy: [
      "breach A13-create-quota",
      beyond("team-admins", "Owner"),
      "breach wall: Role team/mtenant-owner is as rendered",
    ],
    diff: /Role team\/mtenant-owner/,
  },
  {
    title: "a NetworkPolicy allows all egress",
    weaken: [patchOf("networkpolicy", "mtenant-default-deny", { spec: { egress: [{}] } })],
    caughtBy: ["breach wall: NetworkPolicy team/mtenant-default-deny is as rendered"],
    diff: /NetworkPolicy team\/mtenant-default-deny/,
  },
  {
    title: "Pod Security is off",
    weaken: [["label", "namespace", "team", "pod-security.kubernetes.io/enforce-"]],
    caughtBy: ["breach wall: Namespace team is as rendered", ...hostAttacks.map(({ id }) => `breach ${id}`)],
    diff: /Namespace team/,
  },
  {
    title: "the taint of a node is removed",
    weaken: [["taint", "node", "verify-1", "mtenant.dev/tenant-"]],
    caughtBy: ["breach wall: Node verify-1 is as rendered"],
    diff: /Node verify-1/,
  },
  {
    title: "a ServiceAccount of the namespace has rights in the cluster",
    weaken: [
      ["create", "serviceaccount", "robot", "-n", "team"],
      ["create", "clusterrolebinding", "robot", "--clusterrole=edit", "--serviceaccount=team:robot"],
    ],
    caughtBy: ["breach foreign: ClusterRoleBinding robot is not mtenant's"],
    diff: /ClusterRoleBinding robot .*widens/,
    undo: [
      ["delete", "clusterrolebinding", "robot"],
      ["delete", "serviceaccount", "robot", "-n", "team"],
    ],
  },
  {
    title: "the tenant's people have rights in another namespace",
    weaken: [["create", "rolebinding", "guests", "-n", "other", "--clusterrole=view", "--group=team-admins"]],
    caughtBy: [
      "breach A1-config-maps",
      "breach A1-pods",
      "breach every-neighbour-kind",
      "breach rights-elsewhere: RoleBinding other/guests gives Group team-admins nothing outside of the tenant's namespaces",
    ],
    undo: [["delete", "rolebinding", "guests", "-n", "other"]],
  },
  {
    title: "everyone may write namespaces",
    weaken: [
      ["create", "clusterrole", "labellers", "--verb=patch", "--resource=namespaces"],
      ["create", "clusterrolebinding", "all", "--clusterrole=labellers", "--group=system:authenticated"],
    ],
    caughtBy: [
      "breach every-cluster-kind",
      "breach foreign: ClusterRoleBinding all is not mtenant's",
      "breach wall-writers: only operators may write the walls",
      beyond("team-admins", "Owner"),
      beyond("team-devs", "Developer"),
      beyond("team-eyes", "Viewer"),
    ],
    diff: /ClusterRoleBinding all .*widens/,
    undo: [
      ["delete", "clusterrolebinding", "all"],
      ["delete", "clusterrole", "labellers"],
    ],
  },
];
