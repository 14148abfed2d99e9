import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pathOf } from "../../../src/cluster/paths.ts";
import { idOf, type JsonMap, type KubernetesObject } from "../../../src/manifests/object.ts";
import { object } from "./attacks.ts";
import { elsewhere, everything, outside, outsideRows } from "./outside-attacks.ts";
import {
  type Actor,
  apply,
  attempt,
  type GuardedCluster,
  namespaceObject,
  startGuardedCluster,
  tryCreate,
  tryPatch,
  until,
} from "./guarded-cluster.ts";

/** Has every right in one namespace of no tenant. */
const neighbour: Actor = { user: "nina", groups: ["neighbours"] };
/** Has every right in every namespace, by a list of verbs: no operator, but a scheduler as far as anybody can tell. */
const scheduler: Actor = { user: "own-scheduler", groups: ["schedulers"] };
const operator: Actor = { user: "olga", groups: ["system:masters"] };
const daemonSetController: Actor = {
  user: "system:serviceaccount:kube-system:daemon-set-controller",
  groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
};
const kubelet: Actor = { user: "system:node:n1", groups: ["system:nodes", "system:authenticated"] };

const addOns = "cni-system";
/** Of a tenant: in order, and in its stage of warnings with a label that lets namespaces of no tenant onto every node. */
const [ofTenant, warned] = ["of-a-tenant", "of-a-warned-tenant"];

function rbac(): readonly KubernetesObject[] {
  const group = "rbac.authorization.k8s.io";
  const subjects = (name: string) => [{ apiGroup: group, kind: "Group", name }];
  const verbs = ["get", "list", "create", "update", "patch", "delete"];
  const roleRef = (name: string) => ({ apiGroup: group, kind: "ClusterRole", name });
  const clusterWide = (kind: string, name: string, fields: object): KubernetesObject => ({
    apiVersion: `${group}/v1`,
    kind,
    metadata: { name },
    ...fields,
  });
  const inNamespace = (namespace: string): KubernetesObject => ({
    ...object(`${group}/v1`, "RoleBinding", namespace),
    roleRef: roleRef("cluster-admin"),
    subjects: subjects("neighbours"),
  });
  return [
    clusterWide("ClusterRole", "everything-listed", {
      rules: [{ apiGroups: ["*"], resources: ["*"], verbs }],
    }),
    clusterWide("ClusterRoleBinding", "schedulers", {
      roleRef: roleRef("everything-listed"),
      subjects: subjects("schedulers"),
    }),
    ...[elsewhere, addOns, "kube-system", ofTenant, warned].map(inNamespace),
  ];
}

describe.each([
  { server: "a server with pod defaults", emulated: undefined },
  { server: "a server of 1.33", emulated: "1.33" },
])("the nodes of tenants on $server", ({ emulated }) => {
  let guarded: GuardedCluster;

  beforeAll(async () => {
    guarded = await startGuardedCluster(emulated);
    for (const each of [
      namespaceObject(elsewhere, {}),
      namespaceObject(addOns, { "mtenant.dev/tenant-nodes": "Allow" }),
      namespaceObject(ofTenant, { "mtenant.dev/tenant": "team2" }),
      namespaceObject(warned, {
        "mtenant.dev/tenant": "team2",
        "mtenant.dev/enforcement": "Warn",
        "mtenant.dev/tenant-nodes": "Allow",
        "pod-security.kubernetes.io/enforce": "privileged",
      }),
      ...rbac(),
      node("n1", { "mtenant.dev/tenant": "team1" }),
    ])
      await apply(guarded.cluster, each);
    for (const namespace of [elsewhere, addOns, "kube-system", ofTenant, warned])
      await until(`${namespace} has its ServiceAccount`, async () => {
        const id = { group: "", kind: "ServiceAccount", namespace, name: "default" };
        return (
          (await attempt(guarded.cluster.send({ method: "GET", path: pathOf(id) }))).object !== undefined
        );
      });
  });
  afterAll(() => guarded?.stop());

  const node = (name: string, labels: Record<string, string>): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels },
    spec: { taints: [{ key: "mtenant.dev/tenant", value: "team1", effect: "NoSchedule" }] },
  });
  const read = async <T>(of: KubernetesObject): Promise<T> =>
    (await guarded.cluster.send({ method: "GET", path: pathOf(idOf(of)) })).body as T;

  const workload = (kind: "DaemonSet" | "Deployment", name: string): KubernetesObject =>
    object("apps/v1", kind, elsewhere, {
      metadata: { name },
      spec: {
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: outside({ tolerations: [everything] })["spec"] as JsonMap,
        },
      },
    });

  test.each(outsideRows)(
    "are not reached by a pod that %s, its twin is let through",
    async (_, says, attack, twin) => {
      const refused = await tryCreate(guarded.cluster, outside(attack), neighbour);
      expect(refused).toMatchObject({ code: 403, denied: { policy: "mtenant-outsiders", broken: false } });
      expect(refused.message).toContain(says);
      expect(await tryCreate(guarded.cluster, outside(twin), neighbour)).not.toHaveProperty("message");
    },
  );

  test.each(outsideRows)(
    "are not reached from a tenant's namespace in its stage of warnings by a pod that %s, its twin is let through",
    async (_, __, attack, twin) => {
      const refused = await tryCreate(guarded.cluster, outside(attack, warned), neighbour);
      expect(refused).toMatchObject({ code: 403, denied: { policy: "mtenant-outsiders", broken: false } });
      expect(await tryCreate(guarded.cluster, outside(twin, warned), neighbour)).not.toHaveProperty(
        "message",
      );
    },
  );

  test("are used by their own tenant in its stage of warnings", async () => {
    const pod = outside(
      {
        tolerations: [{ key: "mtenant.dev/tenant", value: "team2", effect: "NoSchedule" }],
        nodeSelector: { "node-restriction.kubernetes.io/mtenant-tenant": "team2" },
      },
      warned,
    );
    expect(await tryCreate(guarded.cluster, pod, neighbour)).not.toHaveProperty("message");
  });

  test("bring no static pod into a namespace of tenants or of mtenant, but elsewhere they do", async () => {
    const { uid } = (await read<KubernetesObject>(node("n1", {}))).metadata;
    const mirrored = (namespace: string): KubernetesObject => {
      const of = outside({ nodeName: "n1", tolerations: [everything] }, namespace);
      const spec = { ...(of["spec"] as JsonMap), automountServiceAccountToken: false };
      const ownerReferences = [
        { apiVersion: "v1", kind: "Node", name: "n1", uid: uid ?? "", controller: true },
      ];
      const annotations = { "kubernetes.io/config.mirror": "x" };
      const metadata = { ...of.metadata, annotations, labels: { app: "api" }, ownerReferences };
      return { ...of, metadata, spec };
    };
    for (const namespace of [ofTenant, warned, "mtenant-system"]) {
      const refused = await tryCreate(guarded.cluster, mirrored(namespace), kubelet);
      expect(refused).toMatchObject({ code: 403, denied: { broken: false } });
      expect(refused.denied?.policy).toMatch(/^mtenant-(?:outsiders|pods)$/);
    }
    expect(await tryCreate(guarded.cluster, mirrored(elsewhere), kubelet)).not.toHaveProperty("message");
  });

  test("let the DaemonSets of the cluster in, and a Deployment that wants the same says in its conditions what to do", async () => {
    const [agent, operatorOfCni] = [workload("DaemonSet", "agent"), workload("Deployment", "operator")];
    await apply(guarded.cluster, agent, scheduler);
    await apply(guarded.cluster, operatorOfCni, neighbour);
    type Status<T> = { readonly status?: T };
    await until("the DaemonSet has a pod on the tenant's node", async () => {
      const { status } = await read<Status<{ currentNumberScheduled?: number }>>(agent);
      return status?.currentNumberScheduled === 1;
    });
    const failure = async (): Promise<string | undefined> => {
      const { status } =
        await read<Status<{ conditions?: { type: string; message: string }[] }>>(operatorOfCni);
      return status?.conditions?.find(({ type }) => type === "ReplicaFailure")?.message;
    };
    await until("the Deployment says why", async () => (await failure()) !== undefined);
    expect(await failure()).toContain(
      "remove the toleration of every taint (name the keys), run it as a DaemonSet, or let the operator",
    );
  });

  test.each([
    [
      "tolerates every taint",
      everything,
      { key: "node-role.kubernetes.io/control-plane", operator: "Exists" },
    ],
    [
      "tolerates every tenant",
      { key: "mtenant.dev/tenant", operator: "Exists" },
      { ...everything, effect: "NoExecute" },
    ],
  ])("are not reached by the DaemonSet of whoever has one namespace, that %s", async (_, attack, twin) => {
    const daemonSet = (namespace: string, toleration: JsonMap): KubernetesObject => {
      const spec = outside({ tolerations: [toleration] })["spec"] as JsonMap;
      const template = { metadata: { labels: { app: "x" } }, spec };
      return object("apps/v1", "DaemonSet", namespace, {
        spec: { selector: { matchLabels: { app: "x" } }, template },
      });
    };
    for (const namespace of [elsewhere, warned]) {
      const refused = await tryCreate(guarded.cluster, daemonSet(namespace, attack), neighbour);
      expect(refused).toMatchObject({ code: 403, denied: { policy: "mtenant-daemonsets", broken: false } });
      for (const passed of [
        await tryCreate(guarded.cluster, daemonSet(namespace, twin), neighbour),
        await tryCreate(guarded.cluster, daemonSet(namespace, attack), scheduler),
        await tryCreate(guarded.cluster, daemonSet(namespace, attack), operator),
      ])
        expect(passed).not.toHaveProperty("message");
    }
    for (const namespace of ["kube-system", addOns])
      expect(await tryCreate(guarded.cluster, daemonSet(namespace, attack), neighbour)).not.toHaveProperty(
        "message",
      );
  });

  test("keep the agents that run there as they are: whoever has their namespace restarts them and changes nothing else", async () => {
    const agent = workload("DaemonSet", "installed");
    await apply(guarded.cluster, agent, scheduler);
    const change = (template: JsonMap) =>
      tryPatch(guarded.cluster, pathOf(idOf(agent)), { spec: { template } }, neighbour);
    const restarted = { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "now" } } };
    expect(await change(restarted)).not.toHaveProperty("message");
    expect(await change({ spec: { hostPID: true } })).toMatchObject({
      code: 403,
      denied: { policy: "mtenant-daemonsets", broken: false },
    });
  });

  test("are not reached by a pod that only says it is of a DaemonSet", async () => {
    const owned = (kind: string): KubernetesObject => {
      const owner = {
        apiVersion: "apps/v1",
        kind,
        name: "agent",
        uid: "00000000-0000-4000-8000-000000000000",
        controller: true,
      };
      const of = outside({ tolerations: [everything] });
      const metadata = { ...of.metadata, ownerReferences: [owner] };
      return { ...of, metadata };
    };
    const refused = { denied: { policy: "mtenant-outsiders", broken: false } };
    expect(await tryCreate(guarded.cluster, owned("DaemonSet"), neighbour)).toMatchObject(refused);
    expect(await tryCreate(guarded.cluster, owned("ReplicaSet"), daemonSetController)).toMatchObject(refused);
    expect(await tryCreate(guarded.cluster, owned("DaemonSet"), daemonSetController)).not.toHaveProperty(
      "message",
    );
  });

  test("are not reached by adding a toleration to a running pod, which can still be changed otherwise", async () => {
    const { metadata, ...rest } = outside({ tolerations: [{ key: "a", operator: "Exists" }] });
    const running: KubernetesObject = { ...rest, metadata: { ...metadata, name: "running" } };
    await apply(guarded.cluster, running, neighbour);
    const { spec } = await read<{ spec: { tolerations: JsonMap[] } }>(running);
    const patch = (added: JsonMap) =>
      tryPatch(
        guarded.cluster,
        pathOf(idOf(running)),
        { spec: { tolerations: [...spec.tolerations, added] } },
        neighbour,
      );
    expect(await patch(everything)).toMatchObject({ denied: { policy: "mtenant-outsiders" } });
    expect(await patch({ key: "b", operator: "Exists" })).not.toHaveProperty("message");
  });

  test("may be used by the cluster's own namespace, by those that the operator lets in, and by the operator", async () => {
    const pods = [
      { tolerations: [everything] },
      { tolerations: [{ key: "mtenant.dev/tenant", operator: "Exists" }] },
      { nodeName: "n1" },
    ];
    for (const spec of pods) {
      for (const namespace of ["kube-system", addOns])
        expect(await tryCreate(guarded.cluster, outside(spec, namespace), neighbour)).not.toHaveProperty(
          "message",
        );
      expect(await tryCreate(guarded.cluster, outside(spec), operator)).not.toHaveProperty("message");
    }
  });

  test("are opened to a namespace by the operator alone", async () => {
    const path = (name: string) => pathOf({ group: "", kind: "Namespace", namespace: "", name });
    const label = (value: string | null) => ({ metadata: { labels: { "mtenant.dev/tenant-nodes": value } } });
    const refused = { code: 403, denied: { policy: "mtenant-namespaces", broken: false } };
    const patches = [
      await tryPatch(guarded.cluster, path(elsewhere), label("Allow"), scheduler),
      await tryPatch(guarded.cluster, path(addOns), label(null), scheduler),
      await tryCreate(
        guarded.cluster,
        namespaceObject("mine", { "mtenant.dev/tenant-nodes": "Allow" }),
        scheduler,
      ),
    ];
    for (const each of patches) {
      expect(each).toMatchObject(refused);
      expect(each.message).toContain("mtenant.dev/tenant-nodes");
    }
    const harmless = { metadata: { labels: { team: "x" } } };
    for (const name of [addOns, elsewhere])
      expect(await tryPatch(guarded.cluster, path(name), harmless, scheduler)).not.toHaveProperty("message");
    expect(await tryPatch(guarded.cluster, path(elsewhere), label("Allow"), operator)).not.toHaveProperty(
      "message",
    );
  });

  test("are bound to by schedulers of the whole cluster, not by whoever may bind in one namespace", async () => {
    const waiting = outside();
    const named = { ...waiting, metadata: { ...waiting.metadata, name: "waiting" } };
    await apply(guarded.cluster, named, neighbour);
    const bind = (as: Actor) =>
      attempt(
        guarded.cluster.send({
          method: "POST",
          path: pathOf(idOf(named), "binding"),
          query: { dryRun: "All" },
          impersonate: as,
          body: {
            apiVersion: "v1",
            kind: "Binding",
            metadata: { name: "waiting" },
            target: { kind: "Node", name: "n1" },
          },
        }),
      );
    expect(await bind(neighbour)).toMatchObject({ code: 403, denied: { policy: "mtenant-outsiders" } });
    for (const as of [scheduler, { user: "system:kube-scheduler", groups: ["system:authenticated"] }])
      expect(await bind(as)).not.toHaveProperty("message");
  });

  test("keep the labels and taints that say whose they are, whatever their kubelet says", async () => {
    const path = (subresource?: string) => pathOf(idOf(node("n1", {})), subresource);
    const refused = { code: 403, denied: { policy: "mtenant-nodes", broken: false } };
    const foreign = { metadata: { labels: { "mtenant.dev/tenant": "team2" } } };
    const gone = { metadata: { labels: { "mtenant.dev/tenant": null } } };
    const pool = { metadata: { labels: { "mtenant.dev/pool": "gold" } } };
    for (const subresource of [undefined, "status"])
      for (const body of [foreign, gone, pool])
        expect(await tryPatch(guarded.cluster, path(subresource), body, kubelet)).toMatchObject(refused);
    // Where the plugin that keeps these labels is off, as it is by default, the guard does: it knows no group as the node's.
    const unrestricted: Actor = { user: kubelet.user, groups: ["schedulers", "system:authenticated"] };
    const kept = { metadata: { labels: { "node-restriction.kubernetes.io/pool": "gold" } } };
    expect(await tryPatch(guarded.cluster, path(), kept, unrestricted)).toMatchObject(refused);
    const heartbeat = {
      status: { conditions: [{ type: "Ready", status: "True", reason: "KubeletReady" }] },
    };
    const label = { metadata: { labels: { "example.com/disk": "ssd" } } };
    for (const body of [heartbeat, label])
      for (const subresource of [undefined, "status"])
        expect(await tryPatch(guarded.cluster, path(subresource), body, kubelet)).not.toHaveProperty(
          "message",
        );
    expect(await tryPatch(guarded.cluster, path(), foreign, operator)).not.toHaveProperty("message");
  });
});
