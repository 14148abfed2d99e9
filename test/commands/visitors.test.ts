import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { kubeconfigFor, readKubeconfig, type Seen, startWeather, through } from "../cluster/weather.ts";
import { everyObject } from "../cluster/everything.ts";
import { mustSucceed } from "../cluster/kubectl.ts";
import { createNode } from "../cluster/nodes.ts";
import { pauseControllers, ownCluster } from "./own-cluster.ts";
import { type Ended, type Running, start, startOnTerminal, whole } from "./process.ts";

vi.setConfig({ testTimeout: 240_000 });

// A control plane of its own: its controllers are stopped for a while.
const { plane, kubectl, folder } = await ownCluster();
beforeAll(() => done("create", "anchor", "--owner-group", "g", "--nodes", "Shared", "--yes"));

let node: string;
let count = 0;
beforeEach(async () => {
  node = `visited-${(count += 1)}`;
  await createNode(kubectl, node);
});
afterEach(() => pauseControllers(plane, false));

const tenant = (): string[] => [`t-${node}`, "--owner-group", "g", "--node", node];
const connected = (...args: string[]): string[] => [...args, "--kubeconfig", plane.kubeconfig];
const mtenant = (...args: string[]): Promise<Ended> => whole(start(connected(...args)));

async function done(...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await mtenant(...args);
  expect(code, stdout + stderr).toBe(0);
}

const must = (args: readonly string[], input?: object): Promise<string> => mustSucceed(kubectl, args, input);

/** A pod comes to the node, from a namespace whose pods the guards do not ask. */
async function visit(name: string, metadata: object = {}): Promise<void> {
  const spec = { nodeName: node, containers: [{ name: "c", image: "example.com/c" }] };
  await must(["create", "-f", "-"], {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "kube-system", name, ...metadata },
    spec,
  });
}

const leave = (name: string): Promise<string> =>
  must(["delete", "pod", name, "-n", "kube-system", "--force", "--grace-period=0"]);

/** What of the node could have been changed. */
const marks = (): Promise<string> =>
  must(["get", "node", node, "-o", "jsonpath={.metadata.labels}{.spec.taints}"]);

/** As long as the pod is there, nothing goes on; when it is gone, a rerun finishes. */
async function expectConvergence(pod: string): Promise<void> {
  const before = await everyObject(kubectl);
  const again = await mtenant("create", ...tenant(), "--yes");
  expect(again.stderr).toMatch(
    new RegExp(`Node ${node}: 1 pod of others runs on it \\(kube-system/${pod}\\)`),
  );
  expect(again.code).toBe(4);
  expect(await everyObject(kubectl)).toEqual(before);
  await leave(pod);
  await done("create", ...tenant(), "--yes");
  await done("diff", `t-${node}`);
  expect(await marks()).toMatch(new RegExp(`"t-${node}".*"NoSchedule"`));
  await done("delete", `t-${node}`, "--yes");
}

test("a pod that comes while the question is open: refused as in the plan, before the first write", async () => {
  const [before, bare] = [await everyObject(kubectl), await marks()];
  const running = await startOnTerminal(connected("create", ...tenant()), { env: { NO_COLOR: "1" } });
  await running.sees(/\(y\/N\)/);
  await visit("early");
  running.type("y\r");
  expect(await running.ended, running.stdout).toBe(4);
  expect(running.stdout).toMatch(/Node \S+: 1 pod of others runs on it \(kube-system\/early\)/);
  expect(running.stdout).toContain("Nothing was changed.");
  await leave("early");
  expect(await everyObject(kubectl)).toEqual(before);
  expect(await marks()).toBe(bare);
});

/** Starts a create that waits for the controllers when all walls are written. */
async function startWaiting(): Promise<Running> {
  pauseControllers(plane, true);
  const running = start(connected("create", ...tenant(), "--yes"));
  await running.sees(/^waiting for the quotas to be in force$/m);
  return running;
}

test("a pod that comes while the walls are built: the node is not touched, what was done is told, a rerun goes on", async () => {
  const bare = await marks();
  const running = await startWaiting();
  await visit("late");
  pauseControllers(plane, false);
  const { code, stdout, stderr } = await whole(running);
  expect(stdout).toMatch(
    /amend Node \S+\n.*since the plan was made: 1 pod of others runs on it \(kube-system\/late\)/,
  );
  expect(stdout).toMatch(/it was not touched; drain it/);
  expect(stdout).toMatch(/\d+ of \d+ changes done[^]*not reached: 1 change/);
  expect(code, stderr).toBe(6);
  expect(await marks()).toBe(bare);
  expect(await must(["get", "rolebindings", "-n", `t-${node}`, "-o", "name"])).toBe("");
  await expectConvergence("late");
});

test("a pod that comes in the moment before the taint: the taint is taken off again", async () => {
  const bare = await marks();
  const weather = await startWeather(plane.kubeconfig);
  let isTainted = false;
  weather.forecast = async ({ method, path }: Seen) => {
    if (method === "PATCH" && path.startsWith(`/api/v1/nodes/${node}`)) isTainted = true;
    const isLook = method === "GET" && path.startsWith("/api/v1/pods");
    if (isTainted && isLook && (await podsOf("at-once")) === 0) await visit("at-once");
    return undefined;
  };
  const kubeconfig = join(folder, "weather.kubeconfig");
  const { token } = readKubeconfig(plane.kubeconfig);
  await writeFile(kubeconfig, kubeconfigFor(through(weather), { token }), { mode: 0o600 });
  const { code, stdout } = await whole(start(["create", ...tenant(), "--yes", "--kubeconfig", kubeconfig]));
  await weather.close();
  expect(stdout).toMatch(/since the plan was made: 1 pod of others runs on it \(kube-system\/at-once\)/);
  expect(stdout).toMatch(/its taint was taken off again; drain it/);
  expect(code).toBe(6);
  expect(await marks()).toBe(bare);
  expect(await must(["get", "rolebindings", "-n", `t-${node}`, "-o", "name"])).toBe("");
  await expectConvergence("at-once");
});

async function podsOf(name: string): Promise<number> {
  const found = await must([
    "get",
    "pods",
    "-n",
    "kube-system",
    "--field-selector",
    `metadata.name=${name}`,
    "-o",
    "name",
  ]);
  return found.split("\n").filter((line) => line !== "").length;
}

test("a run that ended between the taint and the label is taken up again, and looks at the pods again", async () => {
  const weather = await startWeather(plane.kubeconfig);
  let patches = 0;
  weather.forecast = ({ method, path }: Seen) => {
    if (method !== "PATCH" || !path.startsWith(`/api/v1/nodes/${node}`)) return undefined;
    patches += 1;
    if (patches === 2) running.kill("SIGKILL"); // before the label gets through
    return patches === 1 ? undefined : { reset: "before" };
  };
  const kubeconfig = join(folder, "weather.kubeconfig");
  const { token } = readKubeconfig(plane.kubeconfig);
  await writeFile(kubeconfig, kubeconfigFor(through(weather), { token }), { mode: 0o600 });
  const running = start(["create", ...tenant(), "--yes", "--kubeconfig", kubeconfig]);
  expect(await running.ended, running.stdout + running.stderr).toBe("SIGKILL");
  await weather.close();
  expect(await marks()).toMatch(/"NoSchedule"/);
  expect(await marks()).not.toMatch(/mtenant-tenant/);
  await visit("between");
  await expectConvergence("between");
});

test("the harmless twin: a DaemonSet's pod may come at any time", async () => {
  const running = await startWaiting();
  const owner = { apiVersion: "apps/v1", kind: "DaemonSet", name: "agent", uid: "1", controller: true };
  await visit("agent", { ownerReferences: [owner] });
  pauseControllers(plane, false);
  expect(await running.ended, running.stdout + running.stderr).toBe(0);
  await done("diff", `t-${node}`);
  await done("delete", `t-${node}`, "--yes");
});
