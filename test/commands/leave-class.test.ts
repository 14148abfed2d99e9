import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { type CommandResult } from "../cluster/kubectl.ts";
import { classText, tenantText } from "../tenant/spec.ts";
import { inProcess } from "./in-process.ts";
import { ownCluster } from "./own-cluster.ts";

const { plane, kubectl, folder } = await ownCluster();

const mtenant = (...args: string[]): Promise<CommandResult> =>
  inProcess(...args, "--kubeconfig", plane.kubeconfig);

async function specOf(spec: string, ...classes: string[]): Promise<string> {
  const file = join(folder, "spec.yaml");
  await writeFile(file, [...classes, tenantText("t", `nodes: {mode: Shared}\n${spec}`)].join("---\n"));
  return file;
}

const locking = classText("pods: {podSecurity: restricted}\nlocked: [pods.podSecurity]");

test("a tenant leaves its class only when a person says so", async () => {
  const classed = await mtenant("create", "-f", await specOf("className: c", locking), "--yes");
  expect(classed.code, classed.stdout + classed.stderr).toBe(0);
  const before = await everyObject(kubectl);
  const other = classText("pods: {podSecurity: baseline}").replace("{name: c}", "{name: d}");
  for (const file of [() => specOf("pods: {podSecurity: baseline}"), () => specOf("className: d", other)]) {
    for (const args of [["diff"], ["create", "--yes"]]) {
      const { code, stderr } = await mtenant(...args, "-f", await file());
      expect(stderr).toMatch(
        /tenant t: it has class c, and the spec says (no class|class d)[^]*--leave-class/,
      );
      expect(code).toBe(2);
    }
  }
  expect(await everyObject(kubectl)).toEqual(before);
  const same = await mtenant("create", "-f", await specOf("className: c", locking), "--yes");
  expect(same.code, same.stderr).toBe(0);
  const left = await mtenant(
    "create",
    "-f",
    await specOf("pods: {podSecurity: baseline}"),
    "--leave-class",
    "--yes",
  );
  expect(left.code, left.stdout + left.stderr).toBe(0);
});
