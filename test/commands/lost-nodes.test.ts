import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createNode } from "../cluster/nodes.ts";
import { type NodeStand, startNodeStand } from "./node-stand.ts";

vi.setConfig({ testTimeout: 120_000 });

let stand: NodeStand;
beforeAll(async () => {
  stand = await startNodeStand();
  return stand.stop;
});

/** Two tenants in one file; the first has two nodes. */
let file: string;
let name: string;
let count = 0;

async function specOf(nodes: readonly string[]): Promise<string> {
  const tenant = (own: string, spec: string): string =>
    `{apiVersion: mtenant.dev/v1alpha1, kind: Tenant, metadata: {name: ${own}}, spec: {nodes: ${spec}}}\n`;
  const dedicated = `{mode: Dedicated, pools: [{name: p, nodeNames: [${nodes.join(", ")}]}]}`;
  const path = join(stand.folder, `${name}.yaml`);
  await writeFile(path, `${tenant(name, dedicated)}---\n${tenant(`${name}-other`, "{mode: Shared}")}`);
  return path;
}

beforeEach(async () => {
  name = `lost-${(count += 1)}`;
  for (const each of ["a", "b"]) await createNode(stand.kubectl, `${name}-${each}`);
  file = await specOf([`${name}-a`, `${name}-b`]);
  await stand.done("create", "-f", file, "--yes");
});

const DENIAL = "mtenant-default-deny";
const breakWalls = async (): Promise<void> => {
  for (const namespace of [name, `${name}-other`])
    await stand.must("delete", "networkpolicy", DENIAL, "-n", namespace);
};
const walls = (): Promise<string> =>
  stand.must("get", "networkpolicies", "-A", "-o", "jsonpath={.items[*].metadata}");
const denials = async (): Promise<number> =>
  (await walls()).split(`"name":"${DENIAL}","namespace":"${name}`).length - 1;

test("a node that is gone holds up no wall: all are mended, and the node is reported until the spec drops it", async () => {
  await stand.must("delete", "node", `${name}-b`);
  await breakWalls();
  expect(await denials()).toBe(0);

  const diff = await stand.mtenant("diff", "-f", file);
  expect(diff.stdout).toMatch(
    new RegExp(`! Node ${name}-b {2}refuse\\n.*it is gone: take it out of the spec`),
  );
  expect(diff.code).toBe(1);

  const mended = await stand.mtenant("create", "-f", file, "--yes");
  expect(mended.stdout).toMatch(new RegExp(`refuse Node ${name}-b\\n.*it is gone`));
  expect(mended.stdout).toMatch(new RegExp(`2 of 3 done; not done: tenant ${name}\\n`));
  expect(mended.code).toBe(6);
  expect(await denials()).toBe(2);

  const again = await stand.mtenant("create", "-f", file, "--yes");
  expect(again.code, again.stdout + again.stderr).toBe(3);
  const { stdout } = await stand.mtenant("verify", name, "-o", "json");
  expect(stdout).toMatch(new RegExp(`"title": "Node ${name}-b is as rendered",\\s+"verdict": "pass"`));

  file = await specOf([`${name}-a`]);
  await stand.done("create", "-f", file, "--yes");
  await stand.done("diff", "-f", file);
});

test("a node that came back as another one is not given away while pods of others run on it, and holds up no wall", async () => {
  const node = `${name}-b`;
  await stand.must("delete", "node", node);
  await createNode(stand.kubectl, node);
  await stand.run({ namespace: "default", name, spec: { nodeSelector: { "kubernetes.io/hostname": node } } });
  await breakWalls();

  const mended = await stand.mtenant("create", "-f", file, "--yes");
  expect(mended.stdout).toMatch(
    new RegExp(`refuse Node ${node}\\n.*1 pod of others runs on it \\(default/${name}\\)`),
  );
  expect(mended.code).toBe(6);
  expect(await denials()).toBe(2);
  const again = await stand.mtenant("create", "-f", file, "--yes");
  expect(again.stdout).toMatch(/1 pod of others runs on it/);
  expect(await stand.must("get", "node", node, "-o", "jsonpath={.spec.taints}")).toBe("");

  await stand.must("delete", "pod", name, "--force", "--grace-period=0");
  await stand.done("create", "-f", file, "--yes");
  expect(await stand.must("get", "node", node, "-o", "jsonpath={.spec.taints}")).toMatch(`"value":"${name}"`);
  await stand.done("diff", "-f", file);
});

test("a node that the tenant never had holds up all that is new, as before", async () => {
  await breakWalls();
  file = await specOf([`${name}-a`, `${name}-b`, `${name}-mistyped`]);
  const refused = await stand.mtenant("create", "-f", file, "--yes");
  expect(refused.stderr).toMatch(new RegExp(`Node ${name}-mistyped: it does not exist: correct the name`));
  expect(refused.code).toBe(2);
  expect(await denials()).toBe(0);
});
