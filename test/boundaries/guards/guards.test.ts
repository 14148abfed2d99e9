import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limitsOf } from "../../../src/boundaries/resources/limits.ts";
import { guardProbes } from "../../../src/boundaries/guards/probes.ts";
import { collectionPath, pathOf } from "../../../src/cluster/paths.ts";
import { idOf, type KubernetesObject } from "../../../src/manifests/object.ts";
import { refusalOf } from "../../../src/boundaries/refusal.ts";
import { sendAttack } from "../../../src/execute/send-attack.ts";
import { guardedAttacks, namespaces, object, parameters, pod, scopes, sharedParameters } from "./attacks.ts";
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

/** May do everything in the tenant's namespaces, so that nothing but a guard can refuse it. */
const tenant: Actor = { user: "mallory", groups: ["team1"] };
/** May do everything with a list of verbs anywhere, which is not `manage`. */
const administrator: Actor = { user: "clumsy", groups: ["administrators"] };
const operator: Actor = { user: "olga", groups: ["system:masters"] };

const verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

function setUp(): readonly KubernetesObject[] {
  const rbac = "rbac.authorization.k8s.io/v1";
  const roleRef = (name: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name });
  const subject = (name: string) => [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name }];
  const binding = (namespace: string) => ({
    ...object(rbac, "RoleBinding", namespace),
    roleRef: roleRef("cluster-admin"),
    subjects: subject("team1"),
  });
  const ofCluster = (apiVersion: string, kind: string, name: string, fields: object): KubernetesObject => ({
    apiVersion,
    kind,
    metadata: { name },
    ...fields,
  });
  return [
    namespaceObject(namespaces.t1, { "mtenant.dev/tenant": "team1" }, { ...parameters }),
    namespaceObject(namespaces.t2, { "mtenant.dev/tenant": "team1" }, { ...sharedParameters }),
    namespaceObject(
      namespaces.old,
      { "mtenant.dev/tenant": "team1", "pod-security.kubernetes.io/enforce-version": "v1.33" },
      { ...parameters },
    ),
    ofCluster(rbac, "ClusterRole", "all-listed-verbs", {
      rules: [{ apiGroups: ["*"], resources: ["*"], verbs }],
    }),
    ofCluster(rbac, "ClusterRoleBinding", "all-listed-verbs", {
      roleRef: roleRef("all-listed-verbs"),
      subjects: subject("administrators"),
    }),
    ofCluster("node.k8s.io/v1", "RuntimeClass", "gvisor", { handler: "runsc" }),
    ofCluster("node.k8s.io/v1", "RuntimeClass", "other", { handler: "runc" }),
    ofCluster("scheduling.k8s.io/v1", "PriorityClass", "low", { value: 10 }),
    ofCluster("storage.k8s.io/v1", "StorageClass", "gp3", { provisioner: "example.com/none" }),
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "example.com/none",
    },
    ...[namespaces.t1, namespaces.t2, namespaces.old].map(binding),
    // What every namespace of a tenant has: what is harmless must fit into it.
    ...scopes.map(({ namespace }) =>
      object("v1", "LimitRange", namespace.name, { spec: { limits: limitsOf(namespace) } }),
    ),
  ];
}

describe.each([
  { server: "a server with pod defaults", emulated: undefined },
  { server: "a server of 1.33, without pod defaults", emulated: "1.33" },
])("the guards on $server", ({ emulated }) => {
  let guarded: GuardedCluster;

  beforeAll(async () => {
    guarded = await startGuardedCluster(emulated);
    for (const each of setUp()) await apply(guarded.cluster, each);
    for (const namespace of Object.values(namespaces))
      await untilExists("v1", "ServiceAccount", namespace, "default");
    if (emulated === undefined)
      await until("pod defaults are filled in", async () => {
        const { object: filled } = await tryCreate(guarded.cluster, pod({ nodeSelector: {} }), tenant);
        return filled !== undefined;
      });
  });
  afterAll(() => guarded?.stop());

  async function untilExists(
    apiVersion: string,
    kind: string,
    namespace: string,
    name: string,
  ): Promise<void> {
    const id = idOf({ apiVersion, kind, metadata: { name, namespace } });
    await until(
      `${kind} ${namespace}/${name} exists`,
      async () =>
        (await attempt(guarded.cluster.send({ method: "GET", path: pathOf(id) }))).object !== undefined,
    );
  }

  test.each(guardedAttacks)(
    "$id: a tenant that $title is refused, its twin is not",
    async ({ when, request, twin, refusedBy, mended, says = "" }) => {
      const refusers = new Set<string>();
      for (const scope of scopes.filter((each) => when?.(each) ?? true)) {
        const refused = await sendAttack(guarded.cluster, request(scope), tenant);
        if (refused.object !== undefined) {
          expect(mended?.(refused.object, scope), "it was let through").toBe(true);
          refusers.add("mended");
        } else {
          const refusal = refusalOf(refused, tenant.user);
          expect(refusedBy, refused.message).toContain(refusal?.by);
          expect(refusal?.broken).toBe(false);
          expect(refused.code).toBe(403);
          refusers.add(refusal?.by ?? "");
          if (refusal?.by.startsWith("ValidatingAdmissionPolicy "))
            expect(refused.message).toContain(typeof says === "string" ? says : says(scope));
        }
        expect(await sendAttack(guarded.cluster, twin(scope), tenant)).toMatchObject({
          code: 201,
          message: "",
        });
      }
      const expected =
        mended === undefined && !refusedBy.includes("PodSecurity") ? refusedBy.slice(0, 1) : [];
      expect([...refusers]).toEqual(expect.arrayContaining([...expected]));
      expect(refusers.size).toBeGreaterThan(0);
    },
  );

  test("the type check of the server finds nothing in any guard", async () => {
    const path = collectionPath({ group: "admissionregistration.k8s.io", kind: "ValidatingAdmissionPolicy" });
    await until("all guards are checked", async () =>
      (await readPolicies(path)).every(({ status }) => status?.typeChecking !== undefined),
    );
    const policies = await readPolicies(path);
    expect(policies.map(({ metadata }) => metadata.name).sort()).toEqual(
      guardProbes(guarded.manifests)
        .map(({ policy }) => policy)
        .sort(),
    );
    for (const { metadata, status } of policies)
      expect({ [metadata.name]: status?.typeChecking }).toEqual({ [metadata.name]: {} });
  });

  const managed = (name: string, metadata: object = {}): KubernetesObject =>
    object("v1", "ConfigMap", namespaces.t1, {
      metadata: { name, labels: { "app.kubernetes.io/managed-by": "mtenant" }, ...metadata },
    });
  const send = (method: "POST" | "PUT" | "DELETE", path: string, as: Actor, body?: unknown) =>
    attempt(
      guarded.cluster.send({
        method,
        path,
        query: { dryRun: "All" },
        impersonate: as,
        ...(body === undefined ? {} : { body }),
      }),
    );

  test("what mtenant made is the operator's: nobody else changes, unlabels, removes or forges it", async () => {
    const wall = managed("wall");
    await apply(guarded.cluster, wall, operator);
    const path = pathOf(idOf(wall));
    const unlabel = { metadata: { labels: { "app.kubernetes.io/managed-by": null } } };
    for (const as of [tenant, administrator]) {
      const attempts = [
        await tryPatch(guarded.cluster, path, { data: { a: "b" } }, as),
        await tryPatch(guarded.cluster, path, unlabel, as),
        await send("DELETE", path, as),
        await send("DELETE", collectionPath(idOf(wall), namespaces.t1), as),
      ];
      for (const each of attempts) {
        expect(each).toMatchObject({ code: 403, denied: { policy: "mtenant-managed", broken: false } });
        expect(each.message).toMatch(/configmaps \S+ is managed by mtenant/);
      }
      expect((await tryCreate(guarded.cluster, managed("forged"), as)).denied?.policy).toMatch(
        /^mtenant-(?:managed|objects)$/,
      );
    }
    expect(await tryPatch(guarded.cluster, path, unlabel, operator)).not.toHaveProperty("message");
    expect(await send("DELETE", path, operator)).not.toHaveProperty("message");
  });

  test("a tenant's namespace is the operator's, by every way that leads to its labels", async () => {
    const id = { group: "", kind: "Namespace", namespace: "", name: namespaces.t1 };
    const widened = { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } };
    const live = (await attempt(guarded.cluster.send({ method: "GET", path: pathOf(id) }))).object;
    const attempts = [
      await tryPatch(guarded.cluster, pathOf(id), widened, administrator),
      await tryPatch(
        guarded.cluster,
        pathOf(id),
        { metadata: { labels: { "mtenant.dev/tenant": null } } },
        administrator,
      ),
      await tryPatch(
        guarded.cluster,
        pathOf(id),
        { metadata: { annotations: { "mtenant.dev/node-selector": null } } },
        administrator,
      ),
      await tryPatch(guarded.cluster, pathOf(id, "status"), widened, administrator),
      await send("PUT", pathOf(id, "finalize"), administrator, {
        ...live,
        metadata: { ...live?.metadata, labels: {} },
      }),
      await send("DELETE", pathOf(id), administrator),
      await tryCreate(
        guarded.cluster,
        namespaceObject("forged", { "mtenant.dev/tenant": "team2" }),
        administrator,
      ),
    ];
    for (const each of attempts)
      expect(each).toMatchObject({ code: 403, denied: { policy: "mtenant-namespaces", broken: false } });
    expect(
      await tryCreate(guarded.cluster, namespaceObject("ordinary", {}), administrator),
    ).not.toHaveProperty("message");
    expect(await tryPatch(guarded.cluster, pathOf(id), widened, operator)).not.toHaveProperty("message");
  });

  test("an object older than a parameter can still be changed, but not made worse", async () => {
    const late = "guarded-late";
    await apply(guarded.cluster, namespaceObject(late, { "mtenant.dev/tenant": "team1" }));
    await untilExists("v1", "ServiceAccount", late, "default");
    const old = pod({ nodeSelector: { pool: "old" } }, { image: "ghcr.io/old" }, late);
    const { runtimeClassName: _, ...spec } = old["spec"] as Record<string, unknown>;
    await apply(guarded.cluster, { ...old, spec });
    await apply(guarded.cluster, namespaceObject(late, { "mtenant.dev/tenant": "team1" }, { ...parameters }));
    const path = pathOf(idOf(old));
    expect(
      await tryPatch(guarded.cluster, path, { metadata: { labels: { a: "b" } } }, operator),
    ).not.toHaveProperty("message");
    const containers = [{ ...(spec["containers"] as object[])[0], image: "ghcr.io/evil" }];
    expect(await tryPatch(guarded.cluster, path, { spec: { containers } }, operator)).toMatchObject({
      denied: { policy: "mtenant-pods" },
    });
    const tolerations = [
      ...((
        (await attempt(guarded.cluster.send({ method: "GET", path }))).object as
          | { spec?: { tolerations: object[] } }
          | undefined
      )?.spec?.tolerations ?? []),
      { operator: "Exists" },
    ];
    expect(await tryPatch(guarded.cluster, path, { spec: { tolerations } }, operator)).toMatchObject({
      denied: { policy: "mtenant-pods" },
    });
    await guarded.cluster.send({ method: "DELETE", path, query: { gracePeriodSeconds: "0" } });
  });

  test("a tenant's Deployment makes pods, and a refused one says in its conditions what to add", async () => {
    const deployment = (name: string, schedulerName: string): KubernetesObject => {
      const template = {
        metadata: { labels: { app: name } },
        spec: { ...(pod()["spec"] as object), schedulerName },
      };
      return object("apps/v1", "Deployment", namespaces.t1, {
        metadata: { name },
        spec: { selector: { matchLabels: { app: name } }, template: template as never },
      });
    };
    const read = async (name: string) =>
      (await guarded.cluster.send({ method: "GET", path: pathOf(idOf(deployment(name, ""))) })).body as {
        status?: { replicas?: number; conditions?: { type: string; message: string }[] };
      };
    await apply(guarded.cluster, deployment("good", "default-scheduler"), tenant);
    await apply(guarded.cluster, deployment("bad", "privileged"), tenant);
    await until("the good Deployment has its pod", async () => (await read("good")).status?.replicas === 1);
    const failure = async () =>
      (await read("bad")).status?.conditions?.find(({ type }) => type === "ReplicaFailure");
    await until("the bad Deployment says why", async () => (await failure()) !== undefined);
    expect((await failure())?.message).toContain("mtenant: pod must leave schedulerName out");
  });

  test("a finalizer of a template does not get onto what Kubernetes makes of it, those that Kubernetes needs do", async () => {
    const finalizers = ["evil.example.com/x"];
    const deployment = object("apps/v1", "Deployment", namespaces.t1, {
      metadata: { name: "smuggler" },
      spec: {
        selector: { matchLabels: { app: "smuggler" } },
        template: { metadata: { labels: { app: "smuggler" }, finalizers }, spec: pod()["spec"] as never },
      },
    });
    const job = object("batch/v1", "Job", namespaces.t1, {
      metadata: { name: "tracked" },
      spec: { template: { spec: { ...(pod()["spec"] as object), restartPolicy: "Never" } as never } },
    });
    for (const each of [deployment, job]) await apply(guarded.cluster, each, tenant);
    const read = async (of: KubernetesObject) =>
      (await guarded.cluster.send({ method: "GET", path: pathOf(idOf(of)) })).body as {
        status?: { active?: number; conditions?: { type: string; message: string }[] };
      };
    const failure = async () =>
      (await read(deployment)).status?.conditions?.find(({ type }) => type === "ReplicaFailure")?.message;
    await until("the Deployment says why", async () => (await failure()) !== undefined);
    expect(await failure()).toContain(
      "mtenant: objects of a tenant must not carry the finalizer evil.example",
    );
    await until("the Job has its pod", async () => (await read(job)).status?.active === 1);

    const maker: Actor = {
      user: "system:serviceaccount:kube-system:statefulset-controller",
      groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
    };
    const claim = (carried: string[]): KubernetesObject =>
      object("v1", "PersistentVolumeClaim", namespaces.t1, {
        metadata: { finalizers: carried },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: "gp3",
          resources: { requests: { storage: "1Gi" } },
        },
      });
    expect(await tryCreate(guarded.cluster, claim(finalizers), maker)).toMatchObject({
      denied: { policy: "mtenant-objects", broken: false },
    });
    expect(
      await tryCreate(guarded.cluster, claim(["kubernetes.io/pvc-protection"]), maker),
    ).not.toHaveProperty("message");
  });

  test("Kubernetes itself goes on: garbage collection, endpoints, root certificates, deletion of a full namespace", async () => {
    const name = "guarded-going";
    await apply(
      guarded.cluster,
      namespaceObject(name, { "mtenant.dev/tenant": "team1", "app.kubernetes.io/managed-by": "mtenant" }),
    );
    await untilExists("v1", "ServiceAccount", name, "default");
    await untilExists("v1", "ConfigMap", name, "kube-root-ca.crt");
    const labels = { "app.kubernetes.io/managed-by": "mtenant", "mtenant.dev/tenant": "team1" };
    const inIt = (apiVersion: string, kind: string, own: string, fields: object = {}) => ({
      apiVersion,
      kind,
      metadata: { name: own, namespace: name, labels, ...fields },
    });
    await apply(guarded.cluster, { ...inIt("v1", "ResourceQuota", "quota"), spec: { hard: { pods: "5" } } });
    await apply(guarded.cluster, {
      ...inIt("networking.k8s.io/v1", "NetworkPolicy", "deny"),
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    });
    await apply(guarded.cluster, {
      ...inIt("v1", "Service", "service"),
      spec: { selector: { app: "x" }, ports: [{ port: 80 }] },
    });
    const parent = (await apply(guarded.cluster, inIt("v1", "ConfigMap", "parent"))).body as KubernetesObject;
    const ownerReferences = [
      { apiVersion: "v1", kind: "ConfigMap", name: "parent", uid: parent.metadata.uid },
    ];
    const child = inIt("v1", "ConfigMap", "child", { ownerReferences });
    await apply(guarded.cluster, child);
    const status = async () =>
      (
        await guarded.cluster.send({
          method: "GET",
          path: pathOf({ group: "", kind: "ResourceQuota", namespace: name, name: "quota" }),
        })
      ).body as { status?: { hard?: object } };
    await until("the quota has its status", async () => (await status()).status?.hard !== undefined);
    await untilExists("v1", "Endpoints", name, "service");
    await guarded.cluster.send({ method: "DELETE", path: pathOf(idOf(parent)) });
    await until(
      "the child is collected",
      async () =>
        (await attempt(guarded.cluster.send({ method: "GET", path: pathOf(idOf(child)) }))).code === 404,
    );
    const path = pathOf({ group: "", kind: "Namespace", namespace: "", name });
    await guarded.cluster.send({ method: "DELETE", path });
    await until(
      "the namespace is gone",
      async () => (await attempt(guarded.cluster.send({ method: "GET", path }))).code === 404,
    );
  });

  test("what a pod leaves out is filled in where the server can, what it says stays", async () => {
    const bare = object("v1", "Pod", namespaces.t1, {
      spec: {
        initContainers: [{ name: "i", image: "busybox" }],
        containers: [
          {
            name: "main",
            image: "nginx",
            securityContext: { runAsNonRoot: true, capabilities: { add: ["NET_BIND_SERVICE"] } },
          },
        ],
      },
    });
    const hardened = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
    if (emulated !== undefined) {
      expect((await tryCreate(guarded.cluster, bare, tenant)).message).toContain("violates PodSecurity");
      return;
    }
    expect((await tryCreate(guarded.cluster, bare, tenant)).object).toMatchObject({
      spec: {
        nodeSelector: { pool: "team1" },
        runtimeClassName: "gvisor",
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        initContainers: [{ securityContext: hardened }],
        containers: [
          { securityContext: { ...hardened, capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] } } },
        ],
        tolerations: expect.arrayContaining([
          { key: "mtenant.dev/tenant", operator: "Equal", value: "team1" },
        ]),
      },
    });
    const other = await tryCreate(
      guarded.cluster,
      pod({ nodeSelector: { pool: "team1-gpu", zone: "a" } }),
      tenant,
    );
    expect(other.object).toMatchObject({ spec: { nodeSelector: { pool: "team1-gpu", zone: "a" } } });
    const privileged = await tryCreate(
      guarded.cluster,
      pod({}, { securityContext: { privileged: true } }),
      tenant,
    );
    expect(privileged.message).toContain("violates PodSecurity");
  });

  test("root in a user namespace of its own is refused at restricted", async () => {
    const root = pod({
      hostUsers: false,
      securityContext: { runAsUser: 0, seccompProfile: { type: "RuntimeDefault" } },
    });
    const refused = await tryCreate(guarded.cluster, root, tenant);
    if (emulated === undefined) expect(refused.denied).toMatchObject({ policy: "mtenant-pods" });
    else expect(refused.code).toBe(403);
    expect(await tryCreate(guarded.cluster, pod({ hostUsers: false }), tenant)).not.toHaveProperty("message");
  });

  test("a lasting token is refused in a namespace's stage of warnings as well, because it would outlive the stage", async () => {
    const warned = "guarded-warned";
    const labels = { "mtenant.dev/tenant": "team1", "mtenant.dev/enforcement": "Warn" };
    await apply(guarded.cluster, namespaceObject(warned, labels));
    await untilExists("v1", "ServiceAccount", warned, "default");
    const secret = (type: string): KubernetesObject =>
      object("v1", "Secret", warned, {
        type,
        metadata: { annotations: { "kubernetes.io/service-account.name": "default" } },
      });
    const token = secret("kubernetes.io/service-account-token");
    expect(await tryCreate(guarded.cluster, token, administrator)).toMatchObject({
      code: 403,
      denied: { policy: "mtenant-secrets", broken: false },
    });
    expect(await tryCreate(guarded.cluster, secret("Opaque"), administrator)).not.toHaveProperty("message");
  });

  test("the server keeps the guards exactly as they are rendered", async () => {
    for (const { object: rendered } of guarded.manifests) {
      const { body } = await guarded.cluster.send({ method: "GET", path: pathOf(idOf(rendered)) });
      expect((body as KubernetesObject)["spec"]).toEqual(rendered["spec"]);
    }
  });

  test("what an object was created without cannot be patched in afterwards", async () => {
    const volume = object("v1", "PersistentVolumeClaim", namespaces.t1, {
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "gp3",
        resources: { requests: { storage: "1Gi" } },
      },
    });
    const port = object("v1", "Service", namespaces.t1, { spec: { ports: [{ port: 80 }] } });
    const running = pod();
    for (const each of [volume, port, running]) await apply(guarded.cluster, each, tenant);
    const patch = (of: KubernetesObject, spec: object, subresource?: string) =>
      tryPatch(guarded.cluster, pathOf(idOf(of), subresource), { spec }, tenant);
    expect(await patch(volume, { volumeName: "pv-of-team2" })).toMatchObject({
      denied: { policy: "mtenant-volumes" },
    });
    expect(await patch(port, { externalIPs: ["10.1.1.1"] })).toMatchObject({
      denied: { policy: "mtenant-services" },
    });
    expect(await patch(port, { type: "NodePort" })).toMatchObject({ denied: { policy: "mtenant-services" } });
    const debug = (image: string) => ({
      ephemeralContainers: [
        {
          name: "debug",
          image,
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
      ],
    });
    expect(await patch(running, debug("ghcr.io/evil"), "ephemeralcontainers")).toMatchObject({
      denied: { policy: "mtenant-pods" },
    });
    expect(await patch(running, debug("busybox"), "ephemeralcontainers")).not.toHaveProperty("message");
    expect(await patch(port, { publishNotReadyAddresses: true })).not.toHaveProperty("message");
  });

  test("the default ServiceAccount is not deleted, one by one or with all, but by the operator and with its namespace", async () => {
    const account = (name: string) => object("v1", "ServiceAccount", namespaces.t1, { metadata: { name } });
    await apply(guarded.cluster, account("own"), tenant);
    const refused = { code: 403, denied: { policy: "mtenant-serviceaccounts", broken: false } };
    const all = collectionPath(idOf(account("own")), namespaces.t1);
    for (const each of [
      await send("DELETE", pathOf(idOf(account("default"))), tenant),
      await send("DELETE", all, tenant),
    ])
      expect(each).toMatchObject(refused);
    expect(await send("DELETE", pathOf(idOf(account("own"))), tenant)).not.toHaveProperty("message");
    expect(await send("DELETE", pathOf(idOf(account("default"))), operator)).not.toHaveProperty("message");
  });

  test("no pod is deleted or evicted with a grace period that never ends", async () => {
    const running = { ...pod(), metadata: { ...pod().metadata, name: "ending" } };
    await apply(guarded.cluster, running, tenant);
    // A pod without a node goes at once, whatever is asked.
    await guarded.cluster.send({
      method: "POST",
      path: pathOf(idOf(running), "binding"),
      body: {
        apiVersion: "v1",
        kind: "Binding",
        metadata: { name: "ending" },
        target: { kind: "Node", name: "n" },
      },
    });
    const remove = (gracePeriodSeconds: number) =>
      send("DELETE", pathOf(idOf(running)), tenant, {
        apiVersion: "v1",
        kind: "DeleteOptions",
        dryRun: ["All"],
        gracePeriodSeconds,
      });
    const evict = (gracePeriodSeconds: number) =>
      send("POST", pathOf(idOf(running), "eviction"), tenant, {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { name: "ending", namespace: namespaces.t1 },
        deleteOptions: { dryRun: ["All"], gracePeriodSeconds },
      });
    for (const refused of [await remove(1_000_000_000), await evict(1_000_000_000)])
      expect(refused).toMatchObject({
        code: 403,
        message: expect.stringContaining("gracePeriodSeconds of a deletion or eviction must be 3600 at most"),
      });
    for (const passed of [
      await remove(600),
      await evict(600),
      await send("DELETE", pathOf(idOf(running)), tenant),
    ])
      expect(passed).not.toHaveProperty("message");
  });

  test("a budget that blocks drains can be removed, and repaired step by step", async () => {
    const budget = object("policy/v1", "PodDisruptionBudget", namespaces.t1, {
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: "x" } } },
    });
    await apply(guarded.cluster, budget, tenant);
    const path = pathOf(idOf(budget));
    expect(
      await tryPatch(guarded.cluster, path, { metadata: { labels: { a: "b" } } }, tenant),
    ).not.toHaveProperty("message");
    expect(await tryPatch(guarded.cluster, path, { spec: { maxUnavailable: 0 } }, tenant)).toMatchObject({
      denied: { policy: "mtenant-disruption" },
    });
    expect(await send("DELETE", path, tenant)).not.toHaveProperty("message");
  });

  async function readPolicies(path: string) {
    const { body } = await guarded.cluster.send({ method: "GET", path });
    return (body as { items: { metadata: { name: string }; status?: { typeChecking?: object } }[] }).items;
  }
});
