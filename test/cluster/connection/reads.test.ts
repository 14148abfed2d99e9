import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keyOf } from "../../../src/manifests/object.ts";
import type { ObjectId } from "../../../src/manifests/object.ts";
import { ApiError } from "../../../src/cluster/api-error.ts";
import { describeRight, missingRights, preflight } from "../../../src/cluster/access-review.ts";
import { connect } from "../../../src/cluster/connect.ts";
import type { Cluster } from "../../../src/cluster/cluster.ts";
import { discoverResources } from "../../../src/cluster/discover-resources.ts";
import { gatherFacts } from "../../../src/cluster/gather-facts.ts";
import { listObjects } from "../../../src/cluster/list-objects.ts";
import { observe } from "../../../src/cluster/observe.ts";
import { readObject } from "../../../src/cluster/read-object.ts";
import { serverVersion } from "../../../src/cluster/server-version.ts";
import { testCluster } from "../test-cluster.ts";

const namespace = "connection-reads";
const configMap = (name: string): ObjectId => ({ group: "", kind: "ConfigMap", namespace, name });
const count = 1_050;

describe("reads from a real API server", () => {
  let cluster: Cluster;
  let limited: Cluster;
  const { kubectl, kubeconfig, kubeconfigs } = testCluster();
  const options = { env: {}, homeDir: "/", cwd: "/" };

  beforeAll(async () => {
    cluster = await connect({ ...options, kubeconfig });
    limited = await connect({ ...options, kubeconfig: kubeconfigs["ordinary-user"] });
    await kubectl(["create", "namespace", namespace]);
    const create = async (index: number): Promise<unknown> =>
      cluster.send({
        method: "POST",
        path: `/api/v1/namespaces/${namespace}/configmaps`,
        body: {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: `many-${index}` },
          data: { index: String(index) },
        },
      });
    await Promise.all(Array.from({ length: count }, (_, index) => create(index)));
  });

  afterAll(async () => {
    await kubectl(["delete", "namespace", namespace, "--wait=false"]);
    await cluster.close();
    await limited.close();
  });

  test("an object is read as kubectl reads it", async () => {
    const { stdout } = await kubectl([
      "get",
      "configmap",
      "many-7",
      "-n",
      namespace,
      "-o",
      "json",
      "--show-managed-fields",
    ]);
    expect(await readObject(cluster, configMap("many-7"))).toEqual(JSON.parse(stdout));
  });

  test("an object that does not exist is undefined", async () => {
    expect(await readObject(cluster, configMap("nobody"))).toBeUndefined();
  });

  test("a kind that is not served is an error, not an absent object", async () => {
    const kind = {
      group: "nowhere.example.com",
      version: "v1",
      kind: "Thing",
      plural: "things",
      namespaced: true,
    };
    await expect(listObjects(cluster, kind)).rejects.toMatchObject({ code: 404, reason: "" });
  });

  test("a forbidden read is an error, not an absent object", async () => {
    await expect(readObject(limited, configMap("many-7"))).rejects.toBeInstanceOf(ApiError);
  });

  test("a list has every page, and items say what they are", async () => {
    const found = await listObjects(cluster, { group: "", kind: "ConfigMap" }, { namespace });
    const names = found.map(({ metadata }) => metadata.name).filter((name) => name.startsWith("many-"));
    expect(new Set(names).size).toBe(count);
    expect(found.every(({ kind, apiVersion }) => kind === "ConfigMap" && apiVersion === "v1")).toBe(true);
  });

  test("selectors are passed on", async () => {
    const kind = { group: "", kind: "ConfigMap" };
    const selected = await listObjects(cluster, kind, { namespace, fieldSelector: "metadata.name=many-3" });
    expect(selected.map(({ metadata }) => metadata.name)).toEqual(["many-3"]);
    expect(await listObjects(cluster, kind, { namespace, labelSelector: "nobody=has" })).toEqual([]);
  });

  test("observing many objects finds the same as reading each", async () => {
    const there = Array.from({ length: 80 }, (_, index) => configMap(`many-${index}`));
    const absent = Array.from({ length: 10 }, (_, index) => configMap(`absent-${index}`));
    const others: ObjectId[] = [
      { group: "", kind: "Namespace", namespace: "", name: namespace },
      { group: "rbac.authorization.k8s.io", kind: "ClusterRole", namespace: "", name: "system:node" },
      { group: "", kind: "Secret", namespace, name: "absent" },
    ];
    const ids = [...there, ...absent, ...others];
    const state = await observe(cluster, ids);
    expect(state.size).toBe(ids.length);
    for (const id of ids) expect(state.get(keyOf(id))).toEqual(await readObject(cluster, id));
    expect(state.get(keyOf(absent[0] as ObjectId))).toBeUndefined();
    expect(state.get(keyOf(there[0] as ObjectId))).toBeDefined();
  });

  test("the version is the server's", async () => {
    expect(await serverVersion(cluster)).toEqual({
      minor: 36,
      gitVersion: expect.stringMatching(/^v1\.36\./),
    });
  });

  test("discovery finds the kinds that kubectl finds", async () => {
    const { kinds, failed } = await discoverResources(cluster);
    const { stdout } = await kubectl(["api-resources", "--verbs=list", "-o", "name", "--cached=false"]);
    const names = kinds.map(({ group, plural }) => (group === "" ? plural : `${plural}.${group}`));
    expect([...new Set(names)].sort()).toEqual([...new Set(stdout.trim().split("\n"))].sort());
    expect(kinds.every(({ kind, version }) => kind !== "" && version !== "")).toBe(true);
    expect(failed.filter((name) => !name.includes("connection-down"))).toEqual([]);
  });

  test("discovery names an extension API that does not answer", async () => {
    const name = "v1.connection-down.example.com";
    const spec = {
      group: "connection-down.example.com",
      version: "v1",
      groupPriorityMinimum: 1,
      versionPriority: 1,
    };
    const service = { name: "nobody", namespace };
    const input = JSON.stringify({
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name },
      spec: { ...spec, insecureSkipTLSVerify: true, service },
    });
    await kubectl(["apply", "-f", "-"], { input });
    try {
      const failed = async (): Promise<readonly string[]> => (await discoverResources(cluster)).failed;
      await expect.poll(failed, { timeout: 20_000 }).toEqual(["connection-down.example.com/v1"]);
    } finally {
      await kubectl(["delete", "apiservice", name]);
    }
  });

  test("facts are the cluster's own", async () => {
    await expect
      .poll(async () => (await gatherFacts(cluster)).baseRoles.admin.length, { timeout: 20_000 })
      .toBeGreaterThan(5);
    const facts = await gatherFacts(cluster);
    expect(facts).toMatchObject({ source: "live", minor: 36, mutatingAdmissionPolicies: true });
    expect(facts.ranges.services).toEqual(expect.arrayContaining([expect.stringMatching(/\/\d+$/)]));
    expect(facts.priorityClasses).toContainEqual({ name: "system-node-critical", globalDefault: false });
  });

  test("ranges are those of nodes and API server, unknown where an address can be read in two ways", async () => {
    const name = "connection-reads-node";
    const node = {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name },
      spec: { podCIDR: "10.77.1.0/24", podCIDRs: ["10.77.1.0/24", "fd77::/64"] },
    };
    await kubectl(["create", "-f", "-"], { input: JSON.stringify(node) });
    const addresses = [
      { type: "InternalIP", address: "192.0.2.7" },
      { type: "InternalIP", address: "2001:db8::7" },
      { type: "Hostname", address: name },
    ];
    const patch = ["--subresource=status", "--type=merge", "-p", JSON.stringify({ status: { addresses } })];
    await kubectl(["patch", "node", name, ...patch]);
    // An API server on a loopback address publishes no endpoint of its own.
    const slice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name, namespace: "default", labels: { "kubernetes.io/service-name": "kubernetes" } },
      addressType: "IPv4",
      endpoints: [{ addresses: ["192.0.2.9"] }],
    };
    await kubectl(["create", "-f", "-"], { input: JSON.stringify(slice) });
    const { ranges } = await gatherFacts(cluster);
    const odd = JSON.stringify({ status: { addresses: [{ type: "InternalIP", address: "010.0.0.1" }] } });
    await kubectl(["patch", "node", name, "--subresource=status", "--type=merge", "-p", odd]);
    const { ranges: unclear } = await gatherFacts(cluster);
    await kubectl(["delete", "node", name]);
    await kubectl(["delete", "endpointslice", name, "-n", "default"]);
    expect(ranges.pods).toEqual(expect.arrayContaining(["10.77.1.0/24", "fd77::/64"]));
    expect(ranges.nodes).toEqual(expect.arrayContaining(["192.0.2.7/32", "2001:db8::7/128"]));
    expect(ranges.nodes).not.toContain(`${name}/32`);
    expect(ranges.apiServer).toContain("192.0.2.9/32");
    expect(unclear.nodes).toBe("unknown");
  });

  test("facts that one may not read are unknown, never empty", async () => {
    const name = "connection-reads-roles-only";
    await kubectl(["create", "clusterrole", name, "--verb=list", "--resource=clusterroles"]);
    await kubectl(["create", "clusterrolebinding", name, `--clusterrole=${name}`, `--user=${name}`]);
    const asked = await connect({ ...options, kubeconfig, as: name });
    const facts = await gatherFacts(asked).finally(async () => {
      await kubectl(["delete", "clusterrolebinding,clusterrole", name]);
      await asked.close();
    });
    const unknown = "unknown";
    expect(facts).toMatchObject({
      minor: 36,
      ranges: { pods: unknown, services: unknown, nodes: unknown, apiServer: unknown },
      runtimeClasses: unknown,
      priorityClasses: unknown,
    });
    expect(facts.baseRoles.view.length).toBeGreaterThan(0);
  });

  test("facts without the right to read ClusterRoles say which right is missing", async () => {
    await expect(gatherFacts(limited)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('cannot list resource "clusterroles"'),
    });
  });

  test("all missing rights are reported at once", async () => {
    const checks = [
      { verb: "create", group: "", resource: "namespaces" },
      {
        verb: "escalate",
        group: "rbac.authorization.k8s.io",
        resource: "roles",
        namespace,
        name: "mtenant-owner",
      },
      { verb: "create", group: "authorization.k8s.io", resource: "selfsubjectaccessreviews" },
      { verb: "patch", group: "", resource: "namespaces/status" },
    ];
    expect((await missingRights(limited, checks)).map(describeRight)).toEqual([
      "create namespaces",
      `escalate roles.rbac.authorization.k8s.io "mtenant-owner" in namespace ${namespace}`,
      "patch namespaces/status",
    ]);
    expect(await missingRights(cluster, checks)).toEqual([]);
    await expect(preflight(limited, checks, "mtenant role operator")).rejects.toMatchObject({
      exitCode: 3,
      problems: { length: 3 },
    });
  });

  test("impersonation names every group, and users that are not ASCII", async () => {
    const groups = ["one", "two, with comma", "drei-ö"];
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    for (const env of [{}, { DISABLE_HTTP2: "1" }]) {
      const asked = await connect({ ...options, env, kubeconfig, as: "zoë@example.com", asGroups: groups });
      const { body } = await asked.send({ method: "POST", path, body: review });
      expect(body).toMatchObject({
        status: { userInfo: { username: "zoë@example.com", groups: expect.arrayContaining(groups) } },
      });
      await asked.close();
    }
  });
});
