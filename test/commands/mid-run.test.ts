import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { type CommandResult, run, mustSucceed } from "../cluster/kubectl.ts";
import { kubeconfigFor, readKubeconfig } from "../cluster/weather.ts";
import { pauseControllers, ownCluster } from "./own-cluster.ts";
import { type Ended, mtenantWords, type Running, start, whole } from "./process.ts";

vi.setConfig({ testTimeout: 240_000 });

// A control plane of its own: its controllers are stopped for a while.
const { plane, kubectl, folder } = await ownCluster();
beforeAll(() => done("create", ...tenant("anchor"), "--yes"));
afterEach(() => pauseControllers(plane, false));

const tenant = (name: string): string[] => [name, "--owner-group", "g", "--nodes", "Shared"];
const mtenant = (...args: string[]): Promise<Ended> =>
  whole(start([...args, "--kubeconfig", plane.kubeconfig]));

async function done(...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await mtenant(...args);
  expect(code, stdout + stderr).toBe(0);
}

const must = (...args: string[]): Promise<string> => mustSucceed(kubectl, args);

/** Starts a create that waits for the controllers when all walls are written, and before anybody gets in. */
async function startWaiting(name: string, kubeconfig = plane.kubeconfig): Promise<Running> {
  pauseControllers(plane, true);
  const running = start(["create", ...tenant(name), "--yes", "--kubeconfig", kubeconfig]);
  await running.sees(/^waiting for the quotas to be in force$/m);
  return running;
}

/** What a run says that was broken off before anybody got in. */
function expectBroken({ code, stdout, stderr }: Ended, reason: RegExp): void {
  expect(stdout).toMatch(reason);
  expect(stdout).toMatch(/[1-9]\d* of \d+ changes done[^]*not reached: [1-9]/);
  expect(stderr).toMatch(/run the same command again/);
  expect(stdout + stderr).not.toMatch(/^\s+at /m);
  expect(code).toBe(6);
}

test("a namespace that somebody deletes while create runs is named, nobody gets in, and a rerun makes it anew", async () => {
  const before = await everyObject(kubectl);
  const running = await startWaiting("taken");
  await must("delete", "namespace", "taken", "--wait=false");
  pauseControllers(plane, false);
  expectBroken(
    await whole(running),
    /taken.* is not as it was set up: somebody (?:changed|deleted) it meanwhile/,
  );
  await must("wait", "namespace/taken", "--for=delete", "--timeout=60s");
  await done("create", ...tenant("taken"), "--yes");
  await done("diff", "taken");
  await done("delete", "taken", "--yes");
  expect(await everyObject(kubectl)).toEqual(before);
});

test("a wall that somebody takes away while create runs is named, nobody gets in, and a rerun puts it back", async () => {
  const running = await startWaiting("bare");
  await must("delete", "networkpolicy", "mtenant-default-deny", "-n", "bare");
  pauseControllers(plane, false);
  expectBroken(
    await whole(running),
    /NetworkPolicy bare\/mtenant-default-deny is not as it was set up: somebody deleted it meanwhile/,
  );
  expect(await must("get", "rolebindings", "-n", "bare", "-o", "name")).toBe("");
  await done("create", ...tenant("bare"), "--yes");
  await done("diff", "bare");
  await done("delete", "bare", "--yes");
});

/** The kubeconfig of a new ServiceAccount that may do everything. */
async function pipeline(name: string): Promise<string> {
  await must("create", "serviceaccount", name, "-n", "default");
  await must(
    "create",
    "clusterrolebinding",
    name,
    "--clusterrole=cluster-admin",
    `--serviceaccount=default:${name}`,
  );
  const token = (await must("create", "token", name, "-n", "default")).trim();
  const { server, ca } = readKubeconfig(plane.kubeconfig);
  const cluster = { server, "certificate-authority-data": Buffer.from(ca).toString("base64") };
  const file = join(folder, `${name}.kubeconfig`);
  await writeFile(file, kubeconfigFor(cluster, { token }), { mode: 0o600 });
  return file;
}

test.for([
  ["credentials", "serviceaccount", ["-n", "default"], /does not accept the credentials of context "stormy"/],
  ["rights", "clusterrolebinding", [], /is forbidden[^]*the server refuses it: a right/],
] as const)(
  "%s that are taken away while create runs are told, and somebody else's rerun finishes",
  async ([what, kind, more, reason]) => {
    const kubeconfig = await pipeline(`gone-${what}`);
    const before = await everyObject(kubectl);
    const name = `left-${what}`;
    const running = await startWaiting(name, kubeconfig);
    await must("delete", kind, `gone-${what}`, ...more);
    const broken = await whole(running);
    pauseControllers(plane, false);
    expectBroken(broken, reason);
    expect(broken.stdout + broken.stderr).not.toMatch(/eyJ/); // how every token begins
    await done("create", ...tenant(name), "--yes");
    await done("diff", name);
    await done("delete", name, "--yes");
    const after = await everyObject(kubectl);
    expect([...after].filter((line) => !before.has(line))).toEqual([]);
  },
);

test("a full disk behind standard output: no plan is carried out unseen, and results that are lost are told on stderr", async () => {
  const full = (...args: string[]): Promise<CommandResult> =>
    run("sh", [
      "-c",
      'exec "$@" >/dev/full',
      "sh",
      ...mtenantWords,
      ...args,
      "--kubeconfig",
      plane.kubeconfig,
    ]);
  const before = await everyObject(kubectl);
  for (const args of [["diff", ...tenant("full")], ["create", ...tenant("full"), "--yes"], ["list"]]) {
    const { code, stderr } = await full(...args);
    expect(stderr).toMatch(/standard output cannot be written: the disk is full/);
    expect(code).toBe(3);
  }
  expect(await everyObject(kubectl)).toEqual(before);

  const created = await full("create", ...tenant("full"), "--yes", "-o", "json");
  expect(created.stderr).toMatch(/✓ tenant full: 13 of 13 changes done[^]*standard output cannot be written/);
  expect(created.code).toBe(3);
  await done("diff", "full");
  await done("delete", "full", "--yes");
});
