import { beforeAll, expect, test, vi } from "vitest";
import { connect } from "../../src/cluster/connect.ts";
import { gather } from "../../src/cluster/gather-facts.ts";
import { planOwners } from "../../src/planning/plan-owners.ts";
import { readRecords } from "../../src/planning/session.ts";
import { loadTemplates } from "../../src/files/templates.ts";
import { parseTenants } from "../../src/tenant/parse.ts";
import { everyObject } from "../cluster/everything.ts";
import { type Kubectl } from "../cluster/kubectl.ts";
import type { ControlPlane } from "../cluster/start.ts";
import { tenantText } from "../tenant/spec.ts";
import { type Running, start } from "./process.ts";
import { startOwnCluster } from "./own-cluster.ts";

vi.setConfig({ testTimeout: 300_000 });

// A control plane of its own: what all tenants share comes and goes here, and everything is counted before and after.
let plane: ControlPlane;
let kubectl: Kubectl;

beforeAll(async () => {
  const own = await startOwnCluster();
  ({ plane, kubectl } = own);
  return own.stop;
});

const mtenant = (...args: string[]): Running => start([...args, "--yes", "--kubeconfig", plane.kubeconfig]);
const diff = (name: string): Running => start(["diff", name, "--kubeconfig", plane.kubeconfig]);
const create = (name: string): Running =>
  mtenant("create", name, "--owner-group", `${name}-owners`, "--nodes", "Shared");
const remove = (name: string): Running => mtenant("delete", name, "--ignore-not-found");

async function done(running: Running): Promise<void> {
  const code = await running.ended;
  expect(code, running.stdout + running.stderr).toBe(0);
}

/** Lets the second begin when the first has shown so many lines of progress, or has ended. */
async function together(lines: number, first: Running, second: () => Running): Promise<readonly Running[]> {
  const seen = first.sees(new RegExp(`(?:^(?:cluster: |tenant \\S+: |waiting ).*\\n[^]*?){${lines}}`, "m"));
  await Promise.race([seen, first.ended]);
  const both = [first, second()];
  await Promise.all(both.map(({ ended }) => ended));
  return both;
}

/** Whoever did not get through was refused with 4 or has a part left for a rerun (6), and knows who is in the way. */
async function expectClear(both: readonly Running[]): Promise<void> {
  for (const { ended, stdout, stderr } of both) {
    const code = await ended;
    expect([0, 4, 6], stdout + stderr).toContain(code);
    if (code === 0) continue;
    expect(stdout + stderr).toMatch(
      /somebody else|works on|being set up or taken away|is being deleted|meanwhile/,
    );
    expect(stdout + stderr).toMatch(/run the (?:same )?command again/);
  }
}

const moments = [0, 3] as const;

test.for(moments)("two create the same tenant, the second %i lines after the first", async (lines) => {
  const before = await everyObject(kubectl);
  const both = await together(lines, create("same"), () => create("same"));
  await expectClear(both);
  expect(await Promise.all(both.map(({ ended }) => ended))).toContain(0);
  await done(diff("same"));
  await done(remove("same"));
  expect(await everyObject(kubectl)).toEqual(before);
});

test.for(moments)("one creates what another deletes, %i lines later", async (lines) => {
  const before = await everyObject(kubectl);
  await done(create("stays"));
  await expectClear(await together(lines, create("pair"), () => remove("pair")));
  await done(create("pair"));
  await done(diff("pair"));
  await expectClear(await together(lines, remove("pair"), () => create("pair")));
  await done(remove("pair"));
  await done(remove("stays"));
  expect(await everyObject(kubectl)).toEqual(before);
});

test.for(moments)("two delete the same tenant, the second %i lines after the first", async (lines) => {
  const before = await everyObject(kubectl);
  await done(create("twice"));
  const both = await together(lines, remove("twice"), () => remove("twice"));
  await expectClear(both);
  expect(await Promise.all(both.map(({ ended }) => ended))).toContain(0);
  await done(remove("twice"));
  expect(await everyObject(kubectl)).toEqual(before);
});

test.for(moments)("the last tenant goes while the first of others comes, %i lines later", async (lines) => {
  const before = await everyObject(kubectl);
  await done(create("last"));
  const both = await together(lines, remove("last"), () => create("first"));
  await expectClear(both);
  await done(create("first"));
  await done(diff("first"));
  await done(remove("last"));
  await done(diff("first"));
  await done(remove("first"));
  expect(await everyObject(kubectl)).toEqual(before);
});

test("what somebody else created after the records were read is not offered for deletion", async () => {
  const cluster = await connect({ kubeconfig: plane.kubeconfig, env: {}, homeDir: "/", cwd: "/" });
  const [gathered, templates] = await Promise.all([gather(cluster), loadTemplates(undefined)]);
  const tenants = await parseTenants([{ name: "race.yaml", text: tenantText("race") }]);
  const session = { cluster, ...gathered, templates, ...(await readRecords(cluster)) };
  await done(create("race"));
  const how = { forceConflicts: false, takeOver: false };
  const planning = planOwners(session, tenants, how);
  await expect(planning).rejects.toMatchObject({
    exitCode: 4,
    message: expect.stringMatching(/^somebody else works on .*tenant race at the same time$/),
  });
  const read = planOwners({ ...session, ...(await readRecords(cluster)) }, tenants, how);
  expect((await read).tenants[0]?.plan.owner).toEqual({ kind: "tenant", name: "race" });
  await cluster.close();
  await done(remove("race"));
});

test("what a third party aggregates into admin while a tenant is created does not reach its Roles", async () => {
  const rulesOf = async (name: string): Promise<unknown> => {
    const { stdout } = await kubectl(["get", "roles", "-n", name, "-o", "json"]);
    const { items } = JSON.parse(stdout) as { items: { metadata: { name: string }; rules: unknown }[] };
    return items.map(({ metadata, rules }) => [metadata.name, rules]);
  };
  await done(create("calm"));
  const running = create("stormy");
  await running.sees(/^tenant stormy: namespaces/m);
  const role = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "third-party", labels: { "rbac.authorization.k8s.io/aggregate-to-admin": "true" } },
    rules: [{ apiGroups: ["", "evil.io"], resources: ["nodes", "doors"], verbs: ["*"] }],
  };
  const made = await kubectl(["create", "-f", "-"], { input: JSON.stringify(role) });
  expect(made.code, made.stderr).toBe(0);
  await done(running);
  await vi.waitFor(
    async () => {
      const { stdout } = await kubectl(["get", "clusterrole", "admin", "-o", "json"]);
      expect(stdout).toContain("evil.io");
    },
    { timeout: 60_000, interval: 200 },
  );
  await done(diff("stormy"));
  await done(mtenant("create", "stormy"));
  expect(await rulesOf("stormy")).toEqual(await rulesOf("calm"));
  await kubectl(["delete", "clusterrole", "third-party"]);
  await done(remove("stormy"));
  await done(remove("calm"));
});
