import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { tenantText } from "../tenant/spec.ts";
import {
  mtenantWords,
  type RunOptions,
  type Running,
  shellOnTerminal,
  start,
  startOnTerminal,
  whole,
} from "./process.ts";
import { ownCluster } from "./own-cluster.ts";

vi.setConfig({ testTimeout: 240_000 });

// A control plane of its own, where everything can be counted before and after.
const { plane, kubectl, folder } = await ownCluster();
beforeAll(async () => {
  // What all tenants share stays while there is one of them: the other deletions are quicker.
  expect(await piped(["create", ...spec("anchor"), "--yes"]).ended).toBe(0);
});

const ESC = "\u001b";
const spec = (name: string): string[] => [name, "--owner-group", `${name}-owners`, "--nodes", "Shared"];
const connected = (args: readonly string[]): string[] => [...args, "--kubeconfig", plane.kubeconfig];
const piped = (args: readonly string[], options?: RunOptions): Running => start(connected(args), options);
const onTerminal = (args: readonly string[], options?: RunOptions): Promise<Running> =>
  startOnTerminal(connected(args), options);

describe("colour", () => {
  const args = ["diff", ...spec("colour")];

  test("is on a terminal, and nowhere else", async () => {
    expect((await whole(onTerminal(args))).stdout).toContain(`${ESC}[`);
    const { stdout, stderr } = await whole(piped(args));
    expect(stdout + stderr).not.toContain(ESC);
    expect(stdout).toContain("+ Namespace colour");
  });

  test.for([
    ["NO_COLOR", { NO_COLOR: "1" }],
    ["NO_COLOR before FORCE_COLOR", { NO_COLOR: "1", FORCE_COLOR: "1" }],
    ["TERM=dumb", { TERM: "dumb" }],
  ] as const)("is off with %s, on a terminal too", async ([, env]) => {
    const { stdout } = await whole(onTerminal(args, { env }));
    expect(stdout).toContain("+ Namespace colour");
    expect(stdout).not.toContain(ESC);
  });

  test("is forced with FORCE_COLOR, but FORCE_COLOR=0 forces nothing", async () => {
    expect((await whole(piped(args, { env: { FORCE_COLOR: "1" } }))).stdout).toContain(ESC);
    expect((await whole(piped(args, { env: { FORCE_COLOR: "0" } }))).stdout).not.toContain(ESC);
  });

  test("of errors goes by where errors go, not by where data go", async () => {
    const log = join(folder, "errors.log");
    const words = [
      `"$@" 2>${log}; exit $?`,
      "sh",
      ...mtenantWords,
      "diff",
      "x",
      "--kubeconfig",
      "/nonexistent",
    ];
    expect((await whole(shellOnTerminal(words))).code).toBe(2);
    const text = await readFile(log, "utf8");
    expect(text).toMatch(/^error: .*nonexistent/);
    expect(text).not.toContain(ESC);
  });
});

describe("the question", () => {
  test("declined, or answered with nothing, is exit code 2 and changes nothing", async () => {
    const before = await everyObject(kubectl);
    for (const answer of ["n\r", "\r"]) {
      const running = await onTerminal(["create", ...spec("declined")]);
      await running.sees(/Go ahead on test \(https:.*\(y\/N\)/);
      running.type(answer);
      expect(await running.ended).toBe(2);
      expect(running.stdout).toContain("declined; nothing was changed");
    }
    expect(await everyObject(kubectl)).toEqual(before);
  });

  test("left with Ctrl-C is exit code 130 and changes nothing, and the cursor is there again", async () => {
    const before = await everyObject(kubectl);
    const running = await onTerminal(["create", ...spec("left")]);
    await running.sees(/\(y\/N\)/);
    running.type("\u0003");
    expect(await running.ended).toBe(130);
    expect(running.stdout).toContain("interrupted; nothing was changed");
    expect(running.stdout.lastIndexOf(`${ESC}[?25h`)).toBeGreaterThanOrEqual(
      running.stdout.lastIndexOf(`${ESC}[?25l`),
    );
    expect(await everyObject(kubectl)).toEqual(before);
  });

  test("cannot be asked where stdin was the spec, in CI, or without a terminal", async () => {
    const before = await everyObject(kubectl);
    const fromStdin = await onTerminal(["create", "-f", "-"]);
    fromStdin.type(`${tenantText("stdin")}\u0004`);
    const inCi = await onTerminal(["create", ...spec("ci")], { env: { CI: "true" } });
    const noTerminal = piped(["create", ...spec("none")]);
    const results = await Promise.all([fromStdin, inCi, noTerminal].map(whole));
    expect(results.map(({ code }) => code)).toEqual([2, 2, 2]);
    for (const { stdout, stderr } of results) {
      expect(stdout + stderr).toMatch(/nobody can be asked here[^]*add --yes/);
    }
    expect(await everyObject(kubectl)).toEqual(before);
  });

  test.for([100, 20, 0])("is answered on a terminal with %i columns", async (columns) => {
    const before = await everyObject(kubectl);
    const running = await onTerminal(["create", ...spec("wide")], { columns });
    await running.sees(/\(y\/N\)/);
    running.type("y\r");
    expect(await running.ended, running.stdout).toBe(0);
    expect(running.stdout).toMatch(/✓.* tenant wide: 13 of 13 changes done/);
    expect(running.stdout).toMatch(/Next: mtenant diff wide --kubeconfig \S+ shows drift later/);

    const wrong = await onTerminal(["delete", "wide"], { columns });
    await wrong.sees(/go ahead:/);
    wrong.type("wid\r");
    expect(await wrong.ended).toBe(2);
    expect((await whole(piped(["diff", "wide"]))).code).toBe(0);

    const right = await onTerminal(["delete", "wide"], { columns });
    await right.sees(/go ahead:/);
    right.type("wide\r");
    expect(await right.ended, right.stdout).toBe(0);
    expect(await everyObject(kubectl)).toEqual(before);
  });
});

test("progress is a spinner on a terminal, and plain lines in CI, with TERM=dumb and in a pipe", async () => {
  const hideCursor = `${ESC}[?25l`;
  const create = ["create", ...spec("spins"), "--yes"];
  const remove = ["delete", "spins", "--yes"];

  const inCi = await whole(onTerminal(create, { env: { CI: "true" } }));
  expect(inCi.code).toBe(0);
  expect(inCi.stdout).not.toContain(hideCursor);
  expect(inCi.stdout).toMatch(/^tenant spins: access \(1\)\r$/m);

  // A deletion waits for the namespace: there is time for a spinner to turn.
  const spun = await whole(onTerminal(remove, { env: { NO_COLOR: "1" } }));
  expect(spun.code).toBe(0);
  expect(spun.stdout).toContain(hideCursor);
  expect(spun.stdout.split(`${ESC}[`).filter((sequence) => /^[\d;]*m/.test(sequence))).toEqual([]); // colours
  expect(spun.stdout.lastIndexOf(`${ESC}[?25h`)).toBeGreaterThan(spun.stdout.lastIndexOf(hideCursor));

  const dumb = await whole(onTerminal(create, { env: { TERM: "dumb" } }));
  expect(dumb.code).toBe(0);
  expect(dumb.stdout).not.toContain(ESC);

  const inPipe = await whole(piped(remove));
  expect(inPipe.code).toBe(0);
  expect(inPipe.stdout + inPipe.stderr).not.toContain(ESC);
  expect(inPipe.stderr).toMatch(/^tenant spins: access \(1\)$/m);
});

test("with -o json stdout is one JSON document, whatever happens", async () => {
  const tenant = spec("data");
  const runs: [number, ...string[]][] = [
    [0, "list"],
    [0, "delete", "data", "--yes", "--ignore-not-found"],
    [1, "diff", ...tenant],
    [0, "create", ...tenant, "--yes"],
    [0, "create", "data", "--yes"],
    [0, "diff", "data"],
    [0, "list"],
    [0, "role", "explain"],
    [0, "render", ...tenant],
    [0, "delete", "data", "--yes"],
  ];
  for (const [code, ...args] of runs) {
    const result = await whole(piped([...args, "-o", "json"], { env: { FORCE_COLOR: "1" } }));
    expect(result.code, args.join(" ") + result.stderr).toBe(code);
    expect(() => JSON.parse(result.stdout), args.join(" ")).not.toThrow();
  }
  const refused = await whole(piped(["create", ...tenant, "-o", "json"]));
  expect(refused.code).toBe(2);
  expect(JSON.parse(refused.stdout)).toMatchObject({ kind: "Plan" });
});

test("names and values from the server cannot draw on the terminal, nor begin a line of their own", async () => {
  await whole(piped(["create", ...spec("escapes"), "--yes"]));
  const evil = `${ESC}[2K\r\ntenant escapes  no difference`;
  const binding = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: evil, namespace: "escapes" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: evil }],
  };
  const made = await kubectl(["create", "-f", "-"], { input: JSON.stringify(binding) });
  expect(made.code, made.stderr).toBe(0);
  await kubectl(["annotate", "ns", "escapes", `mtenant.dev/node-selector=${ESC}[31m`, "--overwrite"]);
  await kubectl(["label", "ns", "escapes", "pod-security.kubernetes.io/enforce=privileged", "--overwrite"]);
  const { stdout, code } = await whole(piped(["diff", "escapes"]));
  expect(code).toBe(1);
  expect(stdout).toContain(
    "RoleBinding escapes/\\u001b[2K\\u000d\\ntenant escapes  no difference  foreign, widens",
  );
  expect(stdout).not.toContain(ESC);
  expect(stdout.split("\n").filter((line) => line.startsWith("tenant escapes"))).toHaveLength(1);
  await whole(piped(["delete", "escapes", "--yes"]));
});
