import { expect, test } from "vitest";
import type { CommandResult } from "../cluster/kubectl.ts";
import { testCluster } from "../cluster/test-cluster.ts";
import { inProcess } from "./in-process.ts";

const mtenant = (...args: string[]): Promise<CommandResult> =>
  inProcess(...args, "--kubeconfig", testCluster().kubeconfig);

test("a tenant that nobody can use, and one whose pods cannot start, are planned with a warning each", async () => {
  for (const verb of [["diff"], ["create", "--dry-run"]]) {
    const nobodys = await mtenant(...verb, "nobodys", "--nodes", "Shared");
    expect(nobodys.stderr).toContain("warning: tenant nobodys: nobody has a role there");
    const unsandboxed = [
      "unsandboxed",
      "--owner-group",
      "g",
      "--nodes",
      "Sandboxed",
      "--runtime-class",
      "none",
    ];
    const planned = await mtenant(...verb, ...unsandboxed);
    expect(planned.stderr).toContain('warning: tenant unsandboxed: the cluster has no RuntimeClass "none"');
    expect(planned.stderr).not.toContain("nobody has a role");
    const whole = await mtenant(...verb, "whole", "--owner-group", "g", "--nodes", "Shared");
    expect(whole.stderr).not.toContain("warning:");
  }
});

test("a namespace that is there already is refused with the field that adopts it", async () => {
  const { kubectl } = testCluster();
  await kubectl(["create", "namespace", "warnings-there"]);
  const refused = await mtenant("diff", "warnings-there", "--owner-group", "g", "--nodes", "Shared");
  expect(refused.stdout).toContain("or adopt it: `existing: true` in the spec");
  expect(refused.code).toBe(4);
  await kubectl(["delete", "namespace", "warnings-there"]);
});

test("an empty context is refused as what it is", async () => {
  const refused = await mtenant("list", "--context=");
  expect(refused.stderr).toContain("--context is empty");
  expect(refused.code).toBe(2);
});
