import { beforeAll, expect, test } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { type CommandResult, type Kubectl } from "../cluster/kubectl.ts";
import type { ControlPlane } from "../cluster/start.ts";
import { inProcess } from "./in-process.ts";
import { startOwnCluster } from "./own-cluster.ts";

// A control plane of its own: whoever reads all records there would meet the damaged one.
let plane: ControlPlane;
let kubectl: Kubectl;

beforeAll(async () => {
  const own = await startOwnCluster();
  ({ plane, kubectl } = own);
  return own.stop;
});
beforeAll(async () => {
  for (const name of ["whole", "broken"]) {
    const created = await mtenant("create", name, "--owner-group", "g", "--nodes", "Shared", "--yes");
    expect(created.code, created.stderr).toBe(0);
  }
});

const mtenant = (...args: string[]): Promise<CommandResult> =>
  inProcess(...args, "--kubeconfig", plane.kubeconfig);

async function change(data: Readonly<Record<string, string>>): Promise<void> {
  const patch = JSON.stringify({ data });
  const place = ["configmap", "tenant.broken", "-n", "mtenant-system", "--type=merge", "-p", patch];
  const { code, stderr } = await kubectl(["patch", ...place]);
  expect(code, stderr).toBe(0);
}

const newer = { format: "99", writtenBy: "9.0.0" };
const damages: readonly (readonly [what: string, Readonly<Record<string, string>>, code: number, RegExp])[] =
  [
    ["a phase that is none", { phase: "redy" }, 3, /its phase is "redy"/],
    ["a spec that is none", { phase: "ready", spec: '{"a":1}' }, 3, /its spec is not that of the tenant/],
    ["a newer format", newer, 4, /written by a newer mtenant \(9\.0\.0\)/],
  ];

test.each(damages)("%s stops its own tenant and no other", async (_, data, code, message) => {
  await change(data);
  const before = await everyObject(kubectl);
  for (const args of [["diff"], ["create", "--size", "large", "--yes"], ["delete", "--yes"]]) {
    const [verb = "", ...flags] = args;
    const own = await mtenant(verb, "broken", ...flags);
    expect(own.stderr).toMatch(message);
    expect([own.code, own.stdout]).toEqual([code, ""]);
  }
  expect(await everyObject(kubectl)).toEqual(before);

  const other = await mtenant("diff", "whole");
  expect(other.stderr).toMatch(message);
  expect(other.code, other.stdout + other.stderr).toBe(0);
  const listed = await mtenant("list");
  expect(listed.stdout).toMatch(/^broken +unreadable[^]*^whole +ready|^whole +ready[^]*^broken +unreadable/m);
  expect(listed.stderr).toMatch(message);
  expect(listed.code).toBe(3);
});

test("another tenant is created and deleted beside it, and the guards stay", async () => {
  const created = await mtenant("create", "next", "--owner-group", "g", "--nodes", "Shared", "--yes");
  expect(created.code, created.stdout + created.stderr).toBe(0);
  for (const name of ["next", "whole"]) {
    const deleted = await mtenant("delete", name, "--yes");
    expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
  }
  const guards = await kubectl(["get", "validatingadmissionpolicies", "mtenant-pods", "-o", "name"]);
  expect(guards.stdout).toMatch(/mtenant-pods/);
});
