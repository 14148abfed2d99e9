import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { type CommandResult, run } from "../cluster/kubectl.ts";
import { createNode } from "../cluster/nodes.ts";
import { ownCluster } from "./own-cluster.ts";

// A control plane of its own: the last delete takes the guards away, which other test files may need.
const { plane, kubectl, folder } = await ownCluster();
beforeAll(async () => {
  await createNode(kubectl, "cli-1");
});

const bare = (...args: string[]): Promise<CommandResult> =>
  run(process.execPath, ["bin/mtenant.js", ...args], "", { PATH: process.env.PATH, HOME: "/nonexistent" });
const mtenant = (...args: string[]): Promise<CommandResult> =>
  bare(...args, "--kubeconfig", plane.kubeconfig);

const team = ["team", "--owner-group", "team-admins", "--node", "cli-1"];

test.for([
  [["frob"], /unknown command/],
  [["create", "--frob"], /unknown option/],
  [["create", "x", "--timeout", "soon"], /not a duration/],
  [["render"], /which tenant/],
  [["render", "UPPER", "--owner-group", "g", "--nodes", "Shared"], /NAME/],
  [["render", "x", "--owner-group", "g"], /mode/],
  [["render", "x", "--owner-group", "g", "--nodes", "Shared", "--kubernetes", "1.12"], /1\.12|minor/],
  [["render", "-f", "/nonexistent.yaml"], /nonexistent/],
  [["diff", "x", "--kubeconfig", "/nonexistent"], /nonexistent/],
  [["delete"], /which tenant/],
] as const)(
  "wrong usage %j is exit code 2 with a reason on stderr and nothing on stdout",
  async ([args, reason]) => {
    const { code, stdout, stderr } = await bare(...args);
    expect(stderr).toMatch(reason);
    expect(stdout).toBe("");
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(2);
  },
);

test("render writes the same folder twice, byte for byte", async () => {
  const dir = join(folder, "rendered");
  const args = ["render", ...team, "--output-dir", dir];
  expect((await bare(...args)).code).toBe(0);
  const before = await contents(dir);
  expect((await bare(...args)).stderr).toMatch(/0 files written, \d+ unchanged, 0 removed/);
  expect(await contents(dir)).toEqual(before);
  expect(before.size).toBeGreaterThan(15);
});

test("a tenant lives: created, unchanged, drifted, mended, deleted, and nothing is left", async () => {
  const before = await everyObject(kubectl);

  const unasked = await mtenant("create", ...team);
  expect(unasked.stderr).toMatch(/--yes/);
  expect(unasked.code).toBe(2);
  expect(await everyObject(kubectl)).toEqual(before);

  expect((await mtenant("diff", ...team)).code).toBe(1);
  const dry = await mtenant("create", ...team, "--dry-run", "-o", "json");
  expect(JSON.parse(dry.stdout)).toMatchObject({ kind: "Plan", summary: { refuse: 0 } });
  expect(dry.code).toBe(0);
  expect(await everyObject(kubectl)).toEqual(before);
  const created = await mtenant("create", ...team, "--yes", "-o", "json");
  expect(created.code, created.stderr).toBe(0);
  const { owners } = JSON.parse(created.stdout) as { owners: { outcomes: { result: string }[] }[] };
  expect(owners.flatMap(({ outcomes }) => outcomes).every(({ result }) => result === "done")).toBe(true);

  const live = await everyObject(kubectl);
  expect((await mtenant("diff", "team")).code).toBe(0);
  expect((await mtenant("create", "team", "--yes")).code).toBe(0);
  expect(await everyObject(kubectl)).toEqual(live);
  const unchanged = await mtenant("create", "team", "--yes", "-o", "json");
  expect(JSON.parse(unchanged.stdout)).toMatchObject({
    kind: "Result",
    owners: [{ outcomes: [] }, { owner: { name: "team" }, outcomes: [] }],
  });
  for (const args of [
    ["create", "taem", "--size", "large"],
    ["diff", "taem"],
    ["verify", "taem"],
  ]) {
    const mistyped = await mtenant(...args);
    expect(mistyped.stderr).toContain('there is no tenant "taem"; did you mean "team"?');
    expect([mistyped.code, mistyped.stdout]).toEqual([2, ""]);
  }

  await kubectl(["label", "ns", "team", "pod-security.kubernetes.io/enforce=privileged", "--overwrite"]);
  await kubectl(["create", "rolebinding", "back-door", "-n", "team", "--clusterrole=admin", "--user=eve"]);
  const drift = await mtenant("diff", "team", "-o", "json");
  expect(drift.code).toBe(1);
  const plan = JSON.parse(drift.stdout) as {
    owners: { changes: { kind: string; action: string; effect: string }[]; foreign: { effect: string }[] }[];
  };
  const changes = plan.owners
    .flatMap((owner) => owner.changes)
    .filter(({ action }) => action !== "unchanged");
  expect(changes.map(({ kind, action, effect }) => [kind, action, effect])).toEqual([
    ["Namespace", "update", "narrows"],
  ]);
  expect(plan.owners.flatMap(({ foreign }) => foreign.map(({ effect }) => effect))).toEqual(["widens"]);
  await kubectl(["delete", "rolebinding", "back-door", "-n", "team"]);
  expect((await mtenant("create", "team", "--yes")).code).toBe(0);
  expect((await mtenant("diff", "team")).code).toBe(0);
  expect((await mtenant("list")).stdout).toMatch(/^team\s+ready\s+Dedicated\s+team\s/m);

  expect((await mtenant("delete", "team", "--confirm=other")).code).toBe(2);
  const deleted = await mtenant("delete", "team", "--confirm=team");
  expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
  expect(await everyObject(kubectl)).toEqual(before);
  expect((await mtenant("delete", "team", "--yes")).code).toBe(2);
  expect((await mtenant("delete", "team", "--yes", "--ignore-not-found")).code).toBe(0);
}, 120_000);

test("a namespace that is somebody's is refused with exit code 4 before anything is written", async () => {
  await kubectl(["create", "namespace", "theirs"]);
  const before = await everyObject(kubectl);
  const refused = await mtenant("create", "theirs", "--owner-group", "g", "--nodes", "Shared", "--yes");
  expect(refused.stderr).toMatch(/Namespace theirs/);
  expect(refused.code).toBe(4);
  expect(await everyObject(kubectl)).toEqual(before);
});

test("an unreachable server is exit code 3, in words", async () => {
  const kubeconfig = join(folder, "dead.kubeconfig");
  const text = (await readFile(plane.kubeconfig, "utf8")).replaceAll(plane.server, "https://127.0.0.1:1");
  await writeFile(kubeconfig, text, { mode: 0o600 });
  const { code, stderr } = await bare("diff", ...team, "--kubeconfig", kubeconfig);
  expect(stderr).toMatch(/127\.0\.0\.1:1/);
  expect(code).toBe(3);
});

async function contents(dir: string): Promise<Map<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file): Promise<[string, string]> => [file, await readFile(file, "utf8")]),
    ),
  );
}
