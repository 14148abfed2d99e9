import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { createNode } from "../cluster/nodes.ts";
import { type NodeStand, podOf, startNodeStand } from "./node-stand.ts";

vi.setConfig({ testTimeout: 180_000 });

let stand: NodeStand;
beforeAll(async () => {
  stand = await startNodeStand();
  return stand.stop;
});
beforeAll(async () => {
  await stand.done("create", "first", "--owner-group", "g", "--nodes", "Shared", "--yes");
});

/** A node that somebody's pool labels for the tenant. */
let node: string;
let tenant: string;
let pool: string;
let count = 0;
beforeEach(async () => {
  count += 1;
  [node, tenant, pool] = [`n-${count}`, `t-${count}`, `mtenant.dev/pool=p-${count}`];
  await createNode(stand.kubectl, node, { "mtenant.dev/pool": `p-${count}` });
});

const taint = (value = tenant): Promise<string> =>
  stand.must("taint", "node", node, `mtenant.dev/tenant=${value}:NoSchedule`);
const args = (name = tenant): string[] => [name, "--owner-group", `${name}-owners`, "--node-selector", pool];

async function refused(what: readonly string[], says: RegExp): Promise<void> {
  const before = await everyObject(stand.kubectl);
  const diff = await stand.mtenant("diff", ...what);
  expect(diff.stdout + diff.stderr).toMatch(says);
  expect(diff.code).toBe(4);
  const create = await stand.mtenant("create", ...what, "--yes");
  expect(create.stderr).toMatch(says);
  expect(create.code).toBe(4);
  expect(await everyObject(stand.kubectl)).toEqual(before);
}

describe("a node that a pool selects is", () => {
  test("not taken without the taint that others cannot tolerate, and taken with it", async () => {
    await stand.must("taint", "node", node, `dedicated=${tenant}:NoSchedule`);
    await refused(
      args(),
      new RegExp(`Node ${node}.*\\s.*it has no taint mtenant.dev/tenant=${tenant}:NoSchedule`),
    );
    await taint();
    await stand.done("create", ...args(), "--yes");
    await stand.done("diff", tenant);
  });

  test("not taken while pods of others run on it, and taken when they are gone", async () => {
    await taint();
    const pod = podOf({ namespace: "kube-system", name: node, spec: { nodeName: node } });
    const { code, stderr } = await stand.kubectl(["create", "-f", "-"], { input: JSON.stringify(pod) });
    expect(code, stderr).toBe(0);
    await refused(args(), new RegExp(`1 pod of others runs on it \\(kube-system/${node}\\)`));
    await stand.must("delete", "pod", node, "-n", "kube-system", "--force", "--grace-period=0");
    await stand.done("create", ...args(), "--yes");
  });

  test("not taken from the tenant whose record has the same selector, or a wider one", async () => {
    await taint();
    await stand.done("create", ...args(), "--yes");
    const says = new RegExp(`a node with ${pool}.* is held or reserved by tenant ${tenant}`);
    await refused(args("greedy"), says);
    await refused(["greedy", "--owner-group", "g", "--node-selector", `${pool},zone=a`], says);
  });

  test("not taken from the tenant that has it by another selector", async () => {
    await taint();
    await stand.done("create", ...args(), "--yes");
    await stand.must("label", "node", node, `mtenant.dev/zone=z-${count}`);
    await refused(
      ["greedy", "--owner-group", "g", "--node-selector", `mtenant.dev/zone=z-${count}`],
      new RegExp(
        `its taint mtenant.dev/tenant=${tenant}:NoSchedule designates it to somebody else.*tenant ${tenant} has it too, by ${pool}`,
      ),
    );
    await refused(["greedy", "--owner-group", "g", "--node", node], /designates it to somebody else/);
  });
});

test("a pool without nodes is said to have none", async () => {
  const empty = ["empty", "--owner-group", "g", "--node-selector", "mtenant.dev/pool=none"];
  const says = /tenant empty: no node has mtenant\.dev\/pool=none yet \(pool selected\)/;
  expect((await stand.mtenant("diff", ...empty)).stderr).toMatch(says);
  expect((await stand.done("create", ...empty, "--yes")).stderr).toMatch(says);
});

test("a node of a pool that loses its taint is a difference that widens, and holds up no other wall", async () => {
  await taint();
  await stand.done("create", ...args(), "--yes");
  await stand.must("taint", "node", node, "mtenant.dev/tenant-");
  await stand.must("delete", "networkpolicy", "mtenant-default-deny", "-n", tenant);
  const drifted = new RegExp(
    `Node ${node} {2}foreign, widens\\n.*it has no taint mtenant.dev/tenant=${tenant}`,
  );

  const diff = await stand.mtenant("diff", tenant);
  expect(diff.stdout).toMatch(drifted);
  expect(diff.code).toBe(1);
  expect((await stand.done("create", tenant, "--yes")).stdout).toMatch(/2 of 2 done/);
  await stand.must("get", "networkpolicy", "mtenant-default-deny", "-n", tenant);
  expect((await stand.done("create", tenant, "--yes")).stdout).toMatch(drifted);
  await refused(
    ["greedy", "--owner-group", "g", "--node", node],
    new RegExp(`Node ${node}.*\\s.*tenant ${tenant} has it too, by ${pool}`),
  );

  const says = { id: "foreign", verdict: "breach", message: expect.stringContaining("it has no taint") };
  expect(await verified("nodes")).toContainEqual(expect.objectContaining(says));
  expect((await stand.mtenant("doctor")).stdout).toMatch(
    new RegExp(`Node ${node} of tenant ${tenant}: it has no taint`),
  );

  await taint();
  await stand.done("diff", tenant);
});

interface Found {
  readonly boundary: string;
  readonly verdict: string;
  readonly message: string;
}

/** What verify finds about a wall of the tenant. */
async function verified(boundary: string): Promise<readonly Found[]> {
  const { stdout } = await stand.mtenant("verify", tenant, "-o", "json");
  const { tenants } = JSON.parse(stdout) as { readonly tenants: { readonly findings: readonly Found[] }[] };
  return tenants.flatMap(({ findings }) => findings).filter((each) => each.boundary === boundary);
}

test("verify names who else runs on the tenant's nodes: a breach, or to be trusted", async () => {
  await taint();
  await stand.done("create", ...args(), "--yes");
  const owner = { apiVersion: "apps/v1", kind: "DaemonSet", name: "agent", uid: "1", controller: true };
  const visit = async (name: string, ownerReferences: readonly object[]): Promise<void> => {
    const pod = podOf({ namespace: "kube-system", name, spec: { nodeName: node } }) as { metadata: object };
    const input = JSON.stringify({ ...pod, metadata: { ...pod.metadata, ownerReferences } });
    const { code, stderr } = await stand.kubectl(["create", "-f", "-"], { input });
    expect(code, stderr).toBe(0);
  };
  const visitors = async (): Promise<readonly Found[]> =>
    (await verified("nodes")).filter((each) => "id" in each && each.id === "node-visitors");

  await visit(`agent-${count}`, [owner]);
  const trusted = `of the cluster do these, and have to be trusted: kube-system/agent-${count}`;
  expect(await visitors()).toMatchObject([{ verdict: "pass", message: trusted }]);
  await visit(`stranger-${count}`, []);
  expect(await visitors()).toMatchObject([
    { verdict: "breach", message: `so do these: kube-system/stranger-${count}` },
  ]);
});
