import { readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { mtenantWords, type Running, shellOnTerminal, start } from "./process.ts";
import { ownCluster } from "./own-cluster.ts";

vi.setConfig({ testTimeout: 300_000 });

// A control plane of its own: what all tenants share comes and goes here, and everything is counted before and after.
const { plane, kubectl, folder } = await ownCluster();

const mtenant = (...args: string[]): Running => start([...args, "--kubeconfig", plane.kubeconfig]);
const team = ["team", "--owner-group", "team-owners", "--nodes", "Shared"];

/** The results of a run as it printed them with `-o json`. */
interface Result {
  readonly owners: readonly {
    readonly outcomes: readonly {
      readonly action: string;
      readonly kind: string;
      readonly namespace: string;
      readonly name: string;
      readonly result: "done" | "failed" | "not-reached";
    }[];
  }[];
}

/** Sends the signal when so many lines of progress have appeared, and waits for the end. */
async function interruptAfter(lines: number, running: Running, signal: NodeJS.Signals): Promise<Running> {
  await running.sees(new RegExp(`(?:^(?:cluster: |tenant team: |waiting for ).*\\n[^]*?){${lines}}`, "m"));
  running.kill(signal);
  expect(await running.ended, running.stderr).toBe(130);
  return running;
}

/** What the run says of each object, held against the cluster: created and done is there, not reached is not. */
async function expectTruth({ stdout }: Running, whenDone: "there" | "gone"): Promise<void> {
  const live = await everyObject(kubectl);
  const isThere = (kind: string, namespace: string, name: string): boolean =>
    [...live].some((line) => {
      const [k, , ns, n] = line.split(/\s+/);
      return k === kind && ns === (namespace === "" ? "<none>" : namespace) && n === name;
    });
  const { owners } = JSON.parse(stdout) as Result;
  const told = owners.flatMap(({ outcomes }) => outcomes);
  expect(told.length).toBeGreaterThan(0);
  for (const { action, kind, namespace, name, result } of told) {
    if (action !== "create" && action !== "delete") continue;
    const expected = (result === "done") === (whenDone === "there");
    expect([kind, name, result, isThere(kind, namespace, name)]).toEqual([kind, name, result, expected]);
  }
}

test.for([
  [1, "SIGINT"],
  [2, "SIGTERM"],
  [3, "SIGINT"],
  [5, "SIGINT"],
] as const)(
  "interrupted after %i lines of progress by %s, create and delete tell the truth and a rerun finishes",
  async ([lines, signal]) => {
    const before = await everyObject(kubectl);

    const create = ["create", ...team, "--yes", "-o", "json"];
    const stopped = await interruptAfter(lines, mtenant(...create), signal);
    expect(stopped.stderr).toMatch(/Stopping at the next safe point[^]*Interrupted/);
    await expectTruth(stopped, "there");
    const resumed = mtenant(...create);
    expect(await resumed.ended, resumed.stderr).toBe(0);
    expect(await mtenant("diff", "team").ended).toBe(0);

    const remove = ["delete", "team", "--yes", "-o", "json"];
    const left = await interruptAfter(Math.min(lines, 3), mtenant(...remove), signal);
    await expectTruth(left, "gone");
    const finished = mtenant(...remove);
    expect(await finished.ended, finished.stderr).toBe(0);
    expect(await everyObject(kubectl)).toEqual(before);
  },
);

test("the second Ctrl-C ends at once, and a rerun takes over when the record has rested", async () => {
  const before = await everyObject(kubectl);
  const running = mtenant("create", ...team, "--yes");
  await running.sees(/^tenant team: namespaces/m);
  running.kill("SIGINT");
  await running.sees(/Stopping at the next safe point/);
  running.kill("SIGINT");
  expect(await running.ended).toBe(130);
  const resumed = mtenant("create", ...team, "--yes");
  expect(await resumed.ended, resumed.stderr).toBe(0);
  expect(await mtenant("diff", "team").ended).toBe(0);
  expect(await mtenant("delete", "team", "--yes").ended).toBe(0);
  expect(await everyObject(kubectl)).toEqual(before);
});

test("Ctrl-C before anything was agreed to says that nothing was changed", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const kubeconfig = join(folder, "silent.kubeconfig");
  const text = (await readFile(plane.kubeconfig, "utf8")).replaceAll(
    plane.server,
    `https://127.0.0.1:${port}`,
  );
  await writeFile(kubeconfig, text, { mode: 0o600 });
  const asked = once(silent, "connection");
  const running = start(["create", ...team, "--yes", "--kubeconfig", kubeconfig]);
  await asked;
  running.kill("SIGINT");
  expect(await running.ended).toBe(130);
  expect(running.stderr).toBe("Interrupted; nothing was changed in the cluster.\n");
  silent.close();
});

test("a reader that leaves, as head does, is no error", async () => {
  const line = '{ "$@"; echo "code $?" >&2; } | head -1';
  const words = [line, "sh", ...mtenantWords, "diff", ...team, "--kubeconfig", plane.kubeconfig];
  const running = await shellOnTerminal(words, { env: { NO_COLOR: "1" } });
  expect(await running.ended).toBe(0);
  expect(running.stdout).toMatch(/^on test \(https:.*\)\r$/m);
  expect(running.stdout).toContain("code 1");
  expect(running.stdout).not.toMatch(/EPIPE|bug|^\s+at /m);
});
