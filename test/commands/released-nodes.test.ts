import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createNode } from "../cluster/nodes.ts";
import { kubeconfigFor, readKubeconfig, startWeather, through } from "../cluster/weather.ts";
import { inProcess } from "./in-process.ts";
import { type NodeStand, startNodeStand } from "./node-stand.ts";

vi.setConfig({ testTimeout: 180_000 });

let stand: NodeStand;
beforeAll(async () => {
  stand = await startNodeStand();
  return stand.stop;
});
beforeAll(async () => {
  await stand.done("create", "first", "--owner-group", "g", "--nodes", "Shared", "--yes");
});

let tenant: string;
let count = 0;
beforeEach(async () => {
  tenant = `r-${(count += 1)}`;
  for (const node of ["a", "b"]) await createNode(stand.kubectl, `${tenant}-${node}`);
});

/** The spec of the tenant with these of its nodes; `more`: further fields of the spec. */
async function spec(nodes: readonly string[], more = ""): Promise<string> {
  const names = nodes.map((node) => `${tenant}-${node}`).join(", ");
  const file = join(stand.folder, `${tenant}.yaml`);
  await writeFile(
    file,
    `{apiVersion: mtenant.dev/v1alpha1, kind: Tenant, metadata: {name: ${tenant}}, spec: {nodes: {mode: Dedicated, pools: [{name: p, nodeNames: [${names}]}]}${more}}}`,
  );
  return file;
}

/** A pod of the tenant, on its only node. */
const runOwn = (name: string, namespace = tenant): Promise<void> =>
  stand.run({
    namespace,
    name,
    spec: {
      nodeSelector: { "node-restriction.kubernetes.io/mtenant-tenant": tenant },
      tolerations: [{ key: "mtenant.dev/tenant", value: tenant, effect: "NoSchedule" }],
    },
  });
const stop = (name: string, namespace = tenant): Promise<string> =>
  stand.must("delete", "pod", name, "-n", namespace, "--force", "--grace-period=0");

/** What says whose the node is. */
const marks = (node: string): Promise<string> =>
  stand.must("get", "node", `${tenant}-${node}`, "-o", "jsonpath={.metadata.labels}{.spec.taints}");
const isTheTenants = async (node: string): Promise<void> => {
  expect(await marks(node)).toMatch(new RegExp(`mtenant-tenant":"${tenant}".*"value":"${tenant}"`));
};
const isFree = async (node: string): Promise<void> => {
  expect(await marks(node)).not.toMatch(/mtenant/);
};

test("a node on which the tenant's pods run stays the tenant's, and all else is done", async () => {
  await stand.done("create", "-f", await spec(["a"]), "--yes");
  await runOwn("web");
  const file = await spec(["b"]);

  const diff = await stand.mtenant("diff", "-f", file);
  expect(diff.stdout).toMatch(
    new RegExp(
      `! Node ${tenant}-a {2}refuse\\n.*1 pod of the tenant runs on it \\(${tenant}/web\\).*kubectl drain ${tenant}-a`,
    ),
  );
  expect(diff.code).toBe(1);
  const create = await stand.mtenant("create", "-f", file, "--yes");
  expect(create.stdout).toMatch(/1 pod of the tenant runs on it/);
  expect(create.code).toBe(6);
  await isTheTenants("a");
  await isTheTenants("b");

  await stop("web");
  expect((await stand.mtenant("diff", "-f", file)).stdout).toMatch(
    new RegExp(`< Node ${tenant}-a {2}release, widens`),
  );
  await stand.done("create", "-f", file, "--yes");
  await isFree("a");
  await stand.done("diff", "-f", file);
});

test("a pod that comes in the moment before the release: the node is the tenant's again", async () => {
  await stand.done("create", "-f", await spec(["a"]), "--yes");
  const file = await spec(["b"]);
  const weather = await startWeather(stand.plane.kubeconfig);
  let came = false;
  weather.forecast = async ({ method, path }) => {
    if (came || method !== "PATCH" || !path.startsWith(`/api/v1/nodes/${tenant}-a`)) return undefined;
    came = true;
    await stand.must("cordon", `${tenant}-b`);
    await runOwn("late");
    return undefined;
  };
  const kubeconfig = join(stand.folder, "weather.kubeconfig");
  const { token } = readKubeconfig(stand.plane.kubeconfig);
  await writeFile(kubeconfig, kubeconfigFor(through(weather), { token }), { mode: 0o600 });
  const create = await inProcess("create", "-f", file, "--yes", "--kubeconfig", kubeconfig);
  await weather.close();
  expect(create.stdout).toMatch(
    new RegExp(
      `release Node ${tenant}-a\\n.*since the plan was made: 1 pod of the tenant runs on it \\(${tenant}/late\\)`,
    ),
  );
  expect(create.code).toBe(6);
  await isTheTenants("a");
  await stop("late");
  await stand.done("create", "-f", file, "--yes");
  await isFree("a");
});

test("a deletion keeps the node until the pods of an adopted namespace are gone from it, and a rerun ends it", async () => {
  const legacy = `${tenant}-legacy`;
  await stand.must("create", "namespace", legacy);
  const own = `{name: ${tenant}}, {name: ${legacy}, existing: true}`;
  await stand.done("create", "-f", await spec(["a"], `, namespaces: [${own}]`), "--yes");
  await runOwn("old", legacy);

  const deleted = await stand.mtenant("delete", tenant, "--yes");
  expect(deleted.stdout).toMatch(new RegExp(`1 pod of the tenant runs on it \\(${legacy}/old\\)`));
  expect(deleted.code).toBe(6);
  await isTheTenants("a");
  expect((await stand.mtenant("list")).stdout).toMatch(tenant);

  await stop("old", legacy);
  await stand.done("delete", tenant, "--yes");
  await isFree("a");
  expect((await stand.mtenant("list")).stdout).not.toMatch(tenant);
});

test("the harmless twin: a deletion asks nobody about pods that go with their namespace", async () => {
  await stand.done("create", "-f", await spec(["a"]), "--yes");
  await runOwn("web");
  const plan = await stand.mtenant("delete", tenant);
  expect(plan.stdout).toMatch(new RegExp(`< Node ${tenant}-a {2}release\\n`));
  expect(plan.stdout).not.toMatch(/refuse/);
  await stop("web");
  await stand.done("delete", tenant, "--yes");
  await isFree("a");
});
