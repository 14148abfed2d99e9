import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CommandResult, run } from "../cluster/kubectl.ts";
import { testCluster } from "../cluster/test-cluster.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mtenant-doctor-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Diagnosis {
  readonly topic: string;
  readonly health: string;
  readonly evidence: readonly string[];
}

const mtenant = (...args: string[]): Promise<CommandResult> =>
  run(process.execPath, ["bin/mtenant.js", ...args]);
const doctor = (...args: string[]): Promise<CommandResult> =>
  mtenant("doctor", "--kubeconfig", testCluster().kubeconfig, ...args);

async function diagnose(topic: string, ...args: string[]): Promise<readonly Diagnosis[]> {
  const { stdout } = await doctor("-o", "json", ...args);
  const document = JSON.parse(stdout) as { kind: string; server: string; diagnoses: readonly Diagnosis[] };
  expect(document).toMatchObject({ apiVersion: "mtenant.dev/v1alpha1", kind: "ClusterDiagnosis" });
  expect(document.server).toBe(testCluster().server);
  return document.diagnoses.filter((each) => each.topic === topic);
}

test("a cluster without a known network provider cannot be told to hold: exit code 3, in words", async () => {
  const { code, stdout, stderr } = await doctor();
  expect(stdout).toMatch(/^✓ version: /m);
  expect(stdout).toMatch(/^\? network-policies: no known network provider is seen/m);
  expect(stderr).toBe("");
  expect(code).toBe(3);
});

test("what stands in the way is named as long as it is there", async () => {
  const { kubectl } = testCluster();
  const agent = {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "doctor-agent", namespace: "default" },
    spec: {
      selector: { matchLabels: { app: "agent" } },
      template: {
        metadata: { labels: { app: "agent" } },
        spec: { containers: [{ name: "agent", image: "agent" }] },
      },
    },
  };
  await kubectl(["create", "-f", "-"], { input: JSON.stringify(agent) });
  const [seen] = await diagnose("daemon-sets");
  expect(seen).toMatchObject({
    health: "warning",
    evidence: expect.arrayContaining(["default/doctor-agent"]),
  });
  await kubectl(["delete", "daemonset", "doctor-agent", "-n", "default"]);
  const [after] = await diagnose("daemon-sets");
  expect(after?.evidence).not.toContain("default/doctor-agent");
});

test("whoever lacks rights is told which", async () => {
  const { kubectl } = testCluster();
  await kubectl(["create", "clusterrole", "doctor-reader", "--verb=get,list", "--resource=*.*"]);
  await kubectl([
    "create",
    "clusterrolebinding",
    "doctor-reader",
    "--clusterrole=doctor-reader",
    "--user=doctor-reader",
  ]);
  const [rights] = await diagnose("rights", "--as", "doctor-reader");
  expect(rights).toMatchObject({ health: "bad" });
  expect(rights?.evidence).toContain("patch nodes");
  expect(await diagnose("rights")).toMatchObject([{ health: "good", evidence: [] }]);
  const nobody = await doctor("--as", "doctor-nobody");
  expect(nobody.stdout).toMatch(/^✗ rights: you lack \d+ of the rights/m);
  expect(nobody.stdout).toContain("mtenant role operator prints");
  expect(nobody.stdout).toMatch(/^\? cluster: cannot list the ClusterRoles/m);
  expect(nobody.code).toBe(3);
  await kubectl(["delete", "clusterrolebinding,clusterrole", "doctor-reader"]);
});

test("the profile that it saves is what render needs to know of the cluster", async () => {
  const profile = join(folder, "cluster.json");
  expect((await doctor("--save-profile", profile)).stderr).toMatch(/--cluster-profile/);
  const kept = JSON.parse(await readFile(profile, "utf8")) as { facts: { minor: number } };
  expect(kept.facts.minor).toBe(36);
  const tenant = ["render", "team", "--owner-group", "g", "--nodes", "Shared"];
  const rendered = await mtenant(...tenant, "--cluster-profile", profile);
  expect(rendered.code, rendered.stderr).toBe(0);
  expect((await doctor("--save-profile", "/nonexistent/cluster.json")).code).toBe(2);
});
