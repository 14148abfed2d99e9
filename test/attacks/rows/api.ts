import { harmlessClaim } from "../../../src/boundaries/harmless.ts";
import { collectionPath, pathOf } from "../../../src/cluster/paths.ts";
import type { JsonMap } from "../../../src/manifests/object.ts";
import { clusterWide, elsewhere, escalation, notInAdmin } from "../anyway.ts";
import { named, TARGET } from "../grounds.ts";
import { openStream, websocket } from "../raw.ts";
import { type AttackRow, ifAuthorized, type Place, type Try } from "../row.ts";
import { VICTIM } from "../specs.ts";
import { creating, forbidden, patching, trying, writers } from "./requests.ts";

const RBAC = "rbac.authorization.k8s.io";
const own = ({ scope }: Place): string => scope.namespace.name;
const theirs = ({ scope }: Place): string => scope.neighbour.namespace;

const watching =
  (namespace: (place: Place) => string): Try =>
  (place, person) =>
    openStream(
      person,
      `${collectionPath({ group: "", kind: "Secret" }, namespace(place))}?watch=true&timeoutSeconds=5`,
    );

const running =
  (namespace: (place: Place) => string): Try =>
  async (place, person) => {
    const path = pathOf({ group: "", kind: "Pod", namespace: namespace(place), name: TARGET }, "exec");
    return ifAuthorized(await openStream(person, `${path}?command=id&stdout=true`, websocket));
  };

const reading: readonly AttackRow[] = [
  forbidden("A1-watch", "watches a neighbour's Secrets", watching(theirs), {
    twin: watching(own),
    stoppedAnyway: elsewhere,
    roles: writers,
  }),
  forbidden("A1-exec", "runs a command in a neighbour's pod through a websocket", running(theirs), {
    twin: running(own),
    stoppedAnyway: elsewhere,
    roles: writers,
  }),
  forbidden(
    "A23-exec",
    "runs a command on a node through the websocket of its kubelet",
    async (_, person) => {
      const node = pathOf({ group: "", kind: "Node", namespace: "", name: TARGET }, "proxy");
      return ifAuthorized(await openStream(person, `${node}/exec/default/x/x?command=id`, websocket));
    },
    { stoppedAnyway: clusterWide },
  ),
];

const subject = (kind: "User" | "Group", name: string) => ({ apiGroup: RBAC, kind, name });
const roleRef = (kind: string, name: string) => ({ roleRef: { apiGroup: RBAC, kind, name } });

const rights: readonly AttackRow[] = [
  forbidden(
    "A4-neighbours",
    "gives a neighbour's people its own rights",
    trying((place) =>
      creating(
        named(`${RBAC}/v1`, "RoleBinding", own(place), "mtenant-attack", {
          ...roleRef("Role", "mtenant-owner"),
          subjects: [subject("Group", VICTIM.group)],
        }),
      ),
    ),
  ),
  forbidden(
    "A5-escalate",
    "makes a Role with more rights than it has",
    trying((place) =>
      creating(
        named(`${RBAC}/v1`, "Role", own(place), "mtenant-attack", {
          rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
        }),
      ),
    ),
    { stoppedAnyway: escalation },
  ),
  forbidden(
    "A5-cluster-role",
    "adds to what every administrator of a namespace may do",
    trying(() =>
      creating(
        named(`${RBAC}/v1`, "ClusterRole", "", "mtenant-attack", {
          metadata: { labels: { [`${RBAC}/aggregate-to-admin`]: "true" } },
          rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }],
        }),
      ),
    ),
    { stoppedAnyway: clusterWide },
  ),
];

/** Who am I? Everybody may ask. */
const asking = (impersonate?: { readonly user: string; readonly groups: readonly string[] }) => ({
  method: "POST" as const,
  path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
  body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
  ...(impersonate === undefined ? {} : { impersonate }),
});

const impersonation: readonly AttackRow[] = [
  forbidden(
    "A6-service-account",
    "acts as a ServiceAccount of its namespace",
    trying((place) => asking({ user: `system:serviceaccount:${own(place)}:default`, groups: [] })),
    { twin: trying(() => asking()) },
  ),
  forbidden(
    "A6-neighbours-account",
    "acts as a neighbour's ServiceAccount",
    trying((place) => asking({ user: `system:serviceaccount:${theirs(place)}:default`, groups: [] })),
    { twin: trying(() => asking()), stoppedAnyway: elsewhere },
  ),
  forbidden(
    "A6-administrator",
    "acts as an administrator of the cluster",
    trying(() => asking({ user: "admin", groups: ["system:masters"] })),
    { twin: trying(() => asking()), stoppedAnyway: clusterWide },
  ),
];

const target = (place: Place, kind: "Pod" | "Service") => named("v1", kind, own(place), TARGET);

const claiming = (spec: (place: Place) => JsonMap): Try =>
  trying((place) => creating(harmlessClaim(place.scope, spec(place))));

const writing: readonly AttackRow[] = [
  {
    id: "A26-later",
    title: "adds a finalizer that nobody removes to what is there already",
    roles: writers,
    stoppedBy: ["ValidatingAdmissionPolicy mtenant-objects"],
    says: () => "evil.example.com/x",
    attack: trying((place) =>
      patching(target(place, "Service"), { metadata: { finalizers: ["evil.example.com/x"] } }),
    ),
    twin: trying((place) => patching(target(place, "Service"), { metadata: { labels: { a: "b" } } })),
  },
  {
    id: "T3-foreign-source",
    title: "has its claim filled with what another namespace holds",
    roles: writers,
    stoppedBy: ["ValidatingAdmissionPolicy mtenant-volumes"],
    says: () => "dataSourceRef.namespace",
    attack: claiming(({ scope }) => ({
      dataSourceRef: { kind: "PersistentVolumeClaim", name: "data", namespace: scope.neighbour.namespace },
    })),
    twin: claiming(() => ({ dataSourceRef: { kind: "PersistentVolumeClaim", name: "data" } })),
  },
  forbidden(
    "A13-quota-status",
    "says that its quota is not in force",
    trying((place) =>
      patching(
        named("v1", "ResourceQuota", own(place), "mtenant"),
        { status: { hard: { pods: "1M" } } },
        "status",
      ),
    ),
    { stoppedAnyway: notInAdmin },
  ),
  forbidden(
    "A28-new-event",
    "forges an event of the newer API",
    trying((place) =>
      creating(
        named("events.k8s.io/v1", "Event", own(place), "mtenant-attack", {
          action: "Killing",
          reason: "Forged",
          type: "Normal",
          note: "n",
          eventTime: "2030-01-01T00:00:00.000000Z",
          reportingController: "example.com/kubelet",
          reportingInstance: "x",
          regarding: { kind: "Pod", name: TARGET, namespace: own(place) },
        }),
      ),
    ),
  ),
  forbidden(
    "H18-volume",
    "makes a volume of the node's disk",
    trying(() =>
      creating(
        named("v1", "PersistentVolume", "", "mtenant-attack", {
          spec: {
            capacity: { storage: "1Gi" },
            accessModes: ["ReadWriteOnce"],
            hostPath: { path: "/" },
          },
        }),
      ),
    ),
    { stoppedAnyway: clusterWide },
  ),
  forbidden(
    "H19-device-claim",
    "claims a device",
    trying((place) => ({
      method: "POST",
      path: `/apis/resource.k8s.io/v1/namespaces/${own(place)}/resourceclaims`,
      query: { dryRun: "All" },
      body: {
        apiVersion: "resource.k8s.io/v1",
        kind: "ResourceClaim",
        metadata: { name: "mtenant-attack", namespace: own(place) },
        spec: {
          devices: { requests: [{ name: "gpu", exactly: { deviceClassName: "gpu.example.com" } }] },
        },
      },
    })),
  ),
];

/** What only a request of its own shows: streams, acting as others, and what the product's table has no row for. */
export const apiRows: readonly AttackRow[] = [...reading, ...rights, ...impersonation, ...writing];
