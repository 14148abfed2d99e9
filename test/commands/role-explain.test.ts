import { afterAll, beforeAll, expect, test } from "vitest";
import { type CommandResult, run } from "../cluster/kubectl.ts";
import { testCluster } from "../cluster/test-cluster.ts";

const { kubectl, kubeconfig, server } = testCluster();
const thirdParty = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: {
    name: "explained-things-view",
    labels: { "rbac.authorization.k8s.io/aggregate-to-view": "true" },
  },
  rules: [{ apiGroups: ["explained.example"], resources: ["things"], verbs: ["list", "get"] }],
};

beforeAll(() => kubectl(["apply", "-f", "-"], { input: JSON.stringify(thirdParty) }));
afterAll(() => kubectl(["delete", "clusterrole", thirdParty.metadata.name]));

const explain = (...args: string[]): Promise<CommandResult> =>
  run(process.execPath, ["bin/mtenant.js", "role", "explain", ...args, "--kubeconfig", kubeconfig], "", {
    PATH: process.env["PATH"],
    HOME: "/nonexistent",
  });

test("role explain names the cluster whose rules it explains, and what a third party added to them", async () => {
  const { stdout, stderr, code } = await explain("--role", "Viewer");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(
    /^Role mtenant-viewer \(Viewer\) grants 90 permissions\.\nClusterRole view of Kubernetes 1\.36/,
  );
  expect(stdout).toContain(server);
  expect(stdout).toMatch(
    /^things\.explained\.example\n {2}- get list {2}.*is not on the list.* third party: explained-things-view$/m,
  );
});

test("role explain -o json says the same as data", async () => {
  const { stdout, code } = await explain("--role", "Viewer", "-o", "json");
  expect(code).toBe(0);
  const data = JSON.parse(stdout) as { triples: readonly { resource: string }[] };
  expect(data).toMatchObject({
    kind: "RoleExplanation",
    source: { kubernetes: "1.36", server },
    derivedFrom: "view",
    counts: { granted: 90 },
  });
  expect(data.triples.filter(({ resource }) => resource === "things")).toMatchObject([
    { verb: "get", kept: false, thirdParty: true, from: ["explained-things-view"] },
    { verb: "list", kept: false, thirdParty: true, from: ["explained-things-view"] },
  ]);
});
