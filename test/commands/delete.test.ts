import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { type CommandResult, run, mustSucceed } from "../cluster/kubectl.ts";
import { createNode } from "../cluster/nodes.ts";
import { tenantText } from "../tenant/spec.ts";
import { ownCluster } from "./own-cluster.ts";

// A control plane of its own: the last delete takes the guards away, which other test files may need.
const { plane, kubectl, folder } = await ownCluster({ scheduler: true });
beforeAll(async () => {
  await createNode(kubectl, "del-1");
  await createNode(kubectl, "del-2");
  await apply({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "del", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "example.com/none",
  });
});

const mtenant = (...args: string[]): Promise<CommandResult> =>
  run(process.execPath, ["bin/mtenant.js", ...args, "--kubeconfig", plane.kubeconfig], "", {
    PATH: process.env.PATH,
    HOME: "/nonexistent",
  });

const must = (...args: string[]): Promise<string> => mustSucceed(kubectl, args);

async function apply(...items: object[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const { code, stderr } = await kubectl(["create", "-f", "-"], { input });
  expect(code, stderr).toBe(0);
}

async function createTenant(name: string, ...flags: string[]): Promise<void> {
  const created = await mtenant("create", name, "--owner-group", `${name}-owners`, ...flags, "--yes");
  expect(created.code, created.stdout + created.stderr).toBe(0);
}

interface Foreseen {
  readonly goes: readonly { kind: string; count: number }[];
  readonly stays: readonly { id: { kind: string; name: string }; inside: readonly { kind: string }[] }[];
  readonly survives: readonly { name: string; claim: { name: string } }[];
  readonly blocks: readonly string[];
  readonly unknown: readonly string[];
}

/** What the plan as data says of a tenant. Asks nobody, so it is exit code 2 and nothing is changed. */
async function foresee(name: string, ...who: string[]): Promise<Foreseen> {
  const asked = await mtenant("delete", name, "-o", "json", ...who);
  expect(asked.code, asked.stderr).toBe(2);
  const { kind, owners } = JSON.parse(asked.stdout) as {
    kind: string;
    owners: { owner: { name?: string }; consequences: Foreseen }[];
  };
  expect(kind).toBe("Plan");
  const found = owners.find(({ owner }) => owner.name === name);
  if (found === undefined) throw new Error(`the plan has no ${name}`);
  return found.consequences;
}

const configMap = (namespace: string, name: string, finalizers: readonly string[] = []): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace, finalizers },
});

/** A Service of type LoadBalancer with the finalizer that the controller of a cloud puts on it. */
const loadBalancer = (namespace: string, name: string): object => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace, finalizers: ["service.kubernetes.io/load-balancer-cleanup"] },
  spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
});

/** A pod that the walls of a tenant accept, for its node or ("") for any that is shared. Until the scheduler has put it there. */
async function runPod(namespace: string, name: string, designated: "" | "designated"): Promise<void> {
  const own = {
    nodeSelector: { "node-restriction.kubernetes.io/mtenant-tenant": namespace },
    tolerations: [{ key: "mtenant.dev/tenant", value: namespace, effect: "NoSchedule" }],
  };
  await apply({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      ...(designated === "" ? {} : own),
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "c",
          image: "example.com/c",
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
      ],
    },
  });
  await must("wait", "-n", namespace, `pod/${name}`, "--for=condition=PodScheduled", "--timeout=60s");
}

async function silence(node: string): Promise<void> {
  const conditions = [{ type: "Ready", status: "Unknown", reason: "NodeStatusUnknown" }];
  const patch = JSON.stringify({ status: { conditions } });
  await must("patch", "node", node, "--subresource=status", "--type=merge", "-p", patch);
}

const volume = (name: string, namespace: string, policy: "Retain" | "Delete"): object => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name },
  spec: {
    capacity: { storage: "1Gi" },
    accessModes: ["ReadWriteOnce"],
    persistentVolumeReclaimPolicy: policy,
    storageClassName: "del",
    claimRef: { namespace, name },
    hostPath: { path: `/nonexistent/${name}` },
  },
});

const claim = (namespace: string, name: string): object => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name, namespace },
  spec: {
    accessModes: ["ReadWriteOnce"],
    storageClassName: "del",
    resources: { requests: { storage: "1Gi" } },
  },
});

describe("beside a tenant that stays", () => {
  beforeAll(() => createTenant("stays", "--nodes", "Shared"));

  test("a tenant with nothing in it: nothing else goes, nothing blocks, nothing survives", async () => {
    await createTenant("plain", "--nodes", "Shared");
    const { goes, stays, survives, blocks, unknown } = await foresee("plain");
    expect({ goes, stays, survives, blocks, unknown }).toEqual({
      goes: [],
      stays: [],
      survives: [],
      blocks: [],
      unknown: [],
    });
    const deleted = await mtenant("delete", "plain", "--yes");
    expect(deleted.stdout).toMatch(/goes along: nothing else/);
    expect(deleted.stderr).toMatch(/Nothing is left: \d+ kinds were listed/);
    expect(deleted.code).toBe(0);
    const guards = await must("get", "validatingadmissionpolicies", "-o", "name");
    expect(guards).toMatch(/mtenant/);
  });

  test("finalizers and pods that cannot end are shown before, named while waiting, and a rerun finishes", async () => {
    await createTenant("stuck", "--node", "del-1");
    await apply(
      configMap("stuck", "plain-a"),
      configMap("stuck", "plain-b"),
      configMap("stuck", "held", ["evil.example.com/x"]),
    );
    await runPod("stuck", "web", "designated");
    await silence("del-1");
    const before = await everyObject(kubectl);
    const { goes, stays, blocks } = await foresee("stuck");
    expect(goes.map(({ kind, count }) => `${count} ${kind}`)).toEqual(["3 ConfigMap", "1 Pod"]);
    expect(stays.map(({ id }) => `${id.kind} ${id.name}`)).toEqual(["Node del-1"]);
    expect(blocks).toEqual([
      "ConfigMap stuck/held waits for evil.example.com/x, set by kubectl-create",
      expect.stringMatching(/^Pod stuck\/web on Node del-1, which is not Ready/),
    ]);
    expect(await everyObject(kubectl)).toEqual(before);

    const first = await mtenant("delete", "stuck", "--yes", "--timeout", "4s");
    expect(first.stdout).toMatch(/goes along: 3 × ConfigMap, 1 × Pod\n/);
    expect(first.stdout).toMatch(/stays: Node del-1\n/);
    expect(first.stdout).toMatch(/blocks: ConfigMap stuck\/held waits for evil\.example\.com\/x/);
    expect(first.stdout).toMatch(/waited 4 s for the pods[^]*Pod stuck\/web is still on node del-1/);
    expect(first.code).toBe(6);

    await must("delete", "pod", "web", "-n", "stuck", "--force", "--grace-period=0");
    const second = await mtenant("delete", "stuck", "--yes", "--timeout", "4s");
    expect(second.stdout).toMatch(/waited 4 s for Namespace stuck to be gone/);
    expect(second.stdout).toMatch(/ConfigMap stuck\/held waits for evil\.example\.com\/x/);
    expect(second.code).toBe(5);

    const condition = "--for=condition=NamespaceFinalizersRemaining";
    await must("wait", "namespace/stuck", condition, "--timeout=60s");
    const later = await foresee("stuck");
    expect(later.blocks).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Namespace stuck is being deleted since /),
        expect.stringMatching(/^Namespace stuck: NamespaceFinalizersRemaining: /),
        expect.stringMatching(/^ConfigMap stuck\/held waits for/),
      ]),
    );
    await must(
      "patch",
      "configmap",
      "held",
      "-n",
      "stuck",
      "--type=merge",
      "-p",
      '{"metadata":{"finalizers":null}}',
    );
    const third = await mtenant("delete", "stuck", "--yes");
    expect(third.code, third.stdout + third.stderr).toBe(0);
    expect(third.stderr).toMatch(/Nothing is left/);
    expect(await must("get", "node", "del-1", "-o", "jsonpath={.metadata.labels}{.spec.taints}")).not.toMatch(
      /mtenant/,
    );
  });

  test("finalizers that Kubernetes takes away itself, and a PodDisruptionBudget, do not block", async () => {
    await createTenant("swift", "--nodes", "Shared");
    await apply(configMap("swift", "waiting", ["foregroundDeletion"]), {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "all", namespace: "swift" },
      spec: { minAvailable: 1, selector: {} },
    });
    await runPod("swift", "web", "");
    expect((await foresee("swift")).blocks).toEqual([]);
    // Nobody runs on the node: without its kubelet, the pod goes by force.
    await must("delete", "pod", "web", "-n", "swift", "--force", "--grace-period=0");
    const deleted = await mtenant("delete", "swift", "--yes");
    expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
  });

  test("a load balancer that was there before is told, cannot be joined by another, and is left alone", async () => {
    await must("create", "namespace", "balanced");
    await apply(loadBalancer("balanced", "theirs"));
    const file = join(folder, "balanced.yaml");
    const namespaces = "namespaces: [{name: balanced, existing: true}]";
    await writeFile(file, tenantText("balanced", `nodes: {mode: Shared}\n${namespaces}`));
    const created = await mtenant("create", "-f", file, "--yes");
    expect(created.code, created.stdout + created.stderr).toBe(0);
    const input = JSON.stringify(loadBalancer("balanced", "another"));
    const refused = await kubectl(["create", "-f", "-"], { input });
    expect(refused.stderr).toMatch(/a Service of a tenant must have type ClusterIP, not LoadBalancer/);

    const { stays, blocks } = await foresee("balanced");
    expect(stays.map(({ id, inside }) => [id.name, inside])).toEqual([
      ["balanced", [{ group: "", kind: "Service", count: 1 }]],
    ]);
    expect(blocks).toEqual([]);
    const service = ["get", "service", "theirs", "-n", "balanced", "-o", "jsonpath={.metadata.uid}{.spec}"];
    const before = await must(...service);
    const deleted = await mtenant("delete", "balanced", "--yes");
    expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
    expect(await must(...service)).toBe(before);
  });

  test("a retained volume is foreseen and named as what survived; one that is not retained is not promised", async () => {
    await createTenant("stores", "--nodes", "Shared");
    await apply(volume("kept-data", "stores", "Retain"), volume("scratch", "stores", "Delete"));
    await apply(volume("kept-elsewhere", "elsewhere", "Retain"));
    await apply(claim("stores", "kept-data"), claim("stores", "scratch"));
    for (const name of ["kept-data", "scratch"])
      await must(
        "wait",
        "-n",
        "stores",
        `pvc/${name}`,
        "--for=jsonpath={.status.phase}=Bound",
        "--timeout=60s",
      );
    const { survives } = await foresee("stores");
    expect(survives.map(({ name, claim: { name: of } }) => [name, of])).toEqual([["kept-data", "kept-data"]]);
    const deleted = await mtenant("delete", "stores", "--yes");
    expect(deleted.stdout).toMatch(
      /survives: PersistentVolume kept-data \(1Gi, of claim stores\/kept-data\)/,
    );
    expect(deleted.stderr).toMatch(/PersistentVolume kept-data .*survived with its data/);
    expect(deleted.stderr).toMatch(/Nothing is left but \d PersistentVolume/);
    expect(deleted.stderr).not.toMatch(/Nothing is left:|kept-elsewhere|scratch .*survived/);
    expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
    await must("delete", "pv", "kept-data", "scratch", "kept-elsewhere", "--ignore-not-found");
  });

  test("an adopted namespace stays with what is in it, and a node that is gone is no obstacle", async () => {
    await createNode(kubectl, "del-3");
    await must("create", "namespace", "legacy");
    const file = join(folder, "mixed.yaml");
    const spec = {
      namespaces: [{ name: "mixed" }, { name: "legacy", existing: true }],
      subjects: [{ kind: "Group", name: "mixed-owners", role: "Owner" }],
      nodes: { mode: "Dedicated", pools: [{ name: "general", nodeNames: ["del-3"] }] },
    };
    await writeFile(
      file,
      JSON.stringify({
        apiVersion: "mtenant.dev/v1alpha1",
        kind: "Tenant",
        metadata: { name: "mixed" },
        spec,
      }),
    );
    const created = await mtenant("create", "-f", file, "--yes");
    expect(created.code, created.stdout + created.stderr).toBe(0);
    await apply(configMap("legacy", "theirs"), configMap("mixed", "ours"));
    const { goes, stays } = await foresee("mixed");
    expect(goes.map(({ kind, count }) => [kind, count])).toEqual([["ConfigMap", 1]]);
    expect(stays).toEqual(
      expect.arrayContaining([
        {
          id: expect.objectContaining({ name: "legacy" }),
          inside: [{ group: "", kind: "ConfigMap", count: 1 }],
        },
      ]),
    );
    await must("delete", "node", "del-3");
    // From the record alone: neither the file nor the person who made it is needed.
    await must(
      "create",
      "clusterrolebinding",
      "another",
      "--clusterrole=cluster-admin",
      "--user=operator-limited",
    );
    const other = plane.kubeconfigs["operator-limited"];
    const deleted = await run(process.execPath, [
      "bin/mtenant.js",
      "delete",
      "mixed",
      "--yes",
      "--kubeconfig",
      other,
    ]);
    expect(deleted.stdout).toMatch(/stays: Namespace legacy with 1 × ConfigMap/);
    expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
    expect(await must("get", "configmap", "theirs", "-n", "legacy", "-o", "name")).toBe("configmap/theirs\n");
  });

  test("what may not be listed, and what does not answer, is said", async () => {
    await createTenant("dim", "--nodes", "Shared");
    const listable = (await must("api-resources", "--verbs=list", "-o", "name")).trim().split("\n");
    const rules = listable
      .filter((name) => name !== "secrets")
      .map((name) => {
        const [resource, ...group] = name.split(".");
        return { apiGroups: [group.join(".")], resources: [resource], verbs: ["list"] };
      });
    const verbs = [
      "get",
      "create",
      "update",
      "patch",
      "delete",
      "deletecollection",
      "manage",
      "escalate",
      "bind",
    ];
    const api = "rbac.authorization.k8s.io";
    await apply(
      {
        apiVersion: `${api}/v1`,
        kind: "ClusterRole",
        metadata: { name: "no-secrets" },
        rules: [...rules, { apiGroups: ["*"], resources: ["*"], verbs }],
      },
      {
        apiVersion: `${api}/v1`,
        kind: "ClusterRoleBinding",
        metadata: { name: "no-secrets" },
        roleRef: { apiGroup: api, kind: "ClusterRole", name: "no-secrets" },
        subjects: [{ apiGroup: api, kind: "User", name: "half-blind" }],
      },
      {
        apiVersion: "apiregistration.k8s.io/v1",
        kind: "APIService",
        metadata: { name: "v1.dead.example.com" },
        spec: {
          group: "dead.example.com",
          version: "v1",
          groupPriorityMinimum: 100,
          versionPriority: 100,
          insecureSkipTLSVerify: true,
          service: { name: "dead", namespace: "default" },
        },
      },
    );
    await expect
      .poll(async () => (await foresee("dim", "--as", "half-blind")).blocks, { timeout: 30_000 })
      .toEqual([expect.stringMatching(/^the API dead\.example\.com\/v1 does not answer/)]);
    expect((await foresee("dim", "--as", "half-blind")).unknown).toEqual([
      "Secret could not be listed (Forbidden): what there is of it goes along unseen",
    ]);
    await must("delete", "apiservice", "v1.dead.example.com");
    expect((await foresee("dim")).unknown).toEqual([]);
    expect((await mtenant("delete", "dim", "--yes")).code).toBe(0);
  });

  test("many tenants are one line of counts each, of what is in their own namespaces alone", async () => {
    const names = ["many-1", "many-2", "many-3", "many-4", "many-5"];
    const file = join(folder, "many.yaml");
    await writeFile(file, names.map((name) => tenantText(name)).join("---\n"));
    const created = await mtenant("create", "-f", file, "--yes");
    expect(created.code, created.stdout + created.stderr).toBe(0);
    await apply(configMap("many-2", "a"), configMap("many-2", "b"), configMap("many-5", "a"));
    const deleted = await mtenant("delete", "-f", file, "--yes");
    expect(deleted.stdout.match(/goes along: .*/g)).toEqual([
      "goes along: nothing else",
      "goes along: 2 × ConfigMap",
      "goes along: nothing else",
      "goes along: nothing else",
      "goes along: 1 × ConfigMap",
    ]);
    expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
  });

  test("a NAME that no tenant has is refused, and the one that it may stand for is named", async () => {
    const mistyped = await mtenant("delete", "stay", "--yes");
    expect(mistyped.stderr).toContain('there is no tenant "stay"; did you mean "stays"?');
    expect([mistyped.code, mistyped.stdout]).toEqual([2, ""]);
  });

  test("a tenant that does not exist is deleted already, when that is as good", async () => {
    const absent = await mtenant("delete", "absent", "--yes", "-o", "json", "--ignore-not-found");
    expect(JSON.parse(absent.stdout)).toMatchObject({ kind: "Result", owners: [] });
    expect(absent.stderr).toMatch(/absent has no record: nothing to delete/);
    expect(absent.stderr).toMatch(/^Nothing is left: \d+ kinds were listed/m);
    expect(absent.code).toBe(0);
  });
});

test("a dry run shows the plan as the deletion would, and changes nothing", async () => {
  const before = await everyObject(kubectl);
  const shown = await mtenant("delete", "stays", "--dry-run");
  expect(shown.stdout).toContain("- Namespace stays");
  expect(shown.stderr).toContain("Dry run: nothing was changed.");
  expect(shown.code).toBe(0);
  const data = await mtenant("delete", "stays", "--dry-run", "-o", "json");
  expect(JSON.parse(data.stdout)).toMatchObject({ kind: "Plan" });
  expect(data.code).toBe(0);
  expect(await everyObject(kubectl)).toEqual(before);
});

test("what has to be confirmed is what the plan deletes, as a word of a shell", async () => {
  const [stays, absent] = [join(folder, "stays.yaml"), join(folder, "absent.yaml")];
  await writeFile(stays, tenantText("stays"));
  await writeFile(absent, tenantText("absent"));
  const one = await mtenant("delete", "-f", stays, "-f", absent);
  expect(one.stderr).toContain("add --yes, or --confirm=stays to go ahead");
  expect(one.code).toBe(2);
  const other = await mtenant("delete", "-f", stays, "-f", absent, "--confirm=2 tenants");
  expect(other.stderr).toContain("--confirm=2 tenants does not name stays; nothing was changed");
});

test("the last delete takes the guards and mtenant-system along, and shows what else was in it", async () => {
  await apply(configMap("mtenant-system", "somebodys"));
  const asked = await mtenant("delete", "stays", "-o", "json");
  const { owners } = JSON.parse(asked.stdout) as { owners: { owner: object; consequences: Foreseen }[] };
  expect(owners.map(({ owner, consequences }) => [owner, consequences.goes])).toEqual([
    [{ kind: "tenant", name: "stays" }, []],
    [{ kind: "cluster" }, [{ group: "", kind: "ConfigMap", count: 1 }]],
  ]);
  const deleted = await mtenant("delete", "stays", "--yes", "-o", "json");
  expect(deleted.code, deleted.stderr).toBe(0);
  expect(JSON.parse(deleted.stdout)).toMatchObject({
    kind: "Result",
    owners: [{ consequences: { goes: [] } }, {}],
  });
  expect([...(await everyObject(kubectl))].filter((line) => line.includes("mtenant"))).toEqual([]);
});
