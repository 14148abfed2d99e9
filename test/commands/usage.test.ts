import { expect, test } from "vitest";
import { inProcess } from "./in-process.ts";

// What a person is told without any cluster.

const shared = ["team1", "--owner-group", "g", "--nodes", "Shared"];

test("render says for which Kubernetes it is when nothing else does", async () => {
  const assumed = await inProcess("render", ...shared);
  expect(assumed.stderr).toMatch(/^for Kubernetes 1\.\d+; yours with --kubernetes or --context$/m);
  expect((await inProcess("render", ...shared, "--kubernetes", "1.34")).stderr).not.toContain(
    "for Kubernetes",
  );
});
