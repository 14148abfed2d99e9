import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { type CommandResult } from "../cluster/kubectl.ts";
import { tenantText } from "../tenant/spec.ts";
import { inProcess } from "./in-process.ts";
import { ownCluster } from "./own-cluster.ts";

// A control plane of its own: its records name each other's namespaces.
const { plane, kubectl, folder } = await ownCluster();
beforeAll(async () => {
  const created = await create("blue", "");
  expect(created.code, created.stderr).toBe(0);
});

const mtenant = (...args: string[]): Promise<CommandResult> =>
  inProcess(...args, "--kubeconfig", plane.kubeconfig);

async function specOf(name: string, subject: string, namespace = name): Promise<string> {
  const file = join(folder, `${name}.yaml`);
  const group = `{kind: Group, name: ${name}-owners, role: Owner}`;
  const spec = `nodes: {mode: Shared}\nnamespaces: [{name: ${namespace}}]\nsubjects: [${group}${subject}]`;
  await writeFile(file, tenantText(name, spec));
  return file;
}

async function create(name: string, subject: string, namespace?: string): Promise<CommandResult> {
  return mtenant("create", "-f", await specOf(name, subject, namespace), "--yes");
}

const account = (namespace: string): string =>
  `, {kind: ServiceAccount, name: x, namespace: ${namespace}, role: Owner}`;

test("a role for a ServiceAccount of a namespace that does not exist is refused", async () => {
  const before = await everyObject(kubectl);
  const { code, stderr } = await create("white", account("notyet"));
  expect(stderr).toMatch(/tenant white: ServiceAccount notyet\/x is to be Owner, .* does not exist/);
  expect(code).toBe(4);
  expect((await mtenant("diff", "-f", await specOf("white", account("notyet")))).code).toBe(4);
  expect(await everyObject(kubectl)).toEqual(before);
});

test("a role for a ServiceAccount of another tenant is refused", async () => {
  const { code, stderr } = await create("white", account("blue"));
  expect(stderr).toMatch(/ServiceAccount blue\/x is to be Owner, and its namespace is tenant blue's/);
  expect(code).toBe(4);
});

test("an account of a namespace that is no tenant's gets its role, and no tenant gets that namespace later", async () => {
  await kubectl(["create", "namespace", "ci"]);
  const created = await create("white", account("ci"));
  expect(created.code, created.stdout + created.stderr).toBe(0);
  await kubectl(["delete", "namespace", "ci", "--wait"]);

  const stranger = await create("stranger", "", "ci");
  expect(stranger.stderr).toMatch(
    /tenant stranger: its people could be Owner of tenant white, whose spec names ServiceAccount ci\/x/,
  );
  expect(stranger.code).toBe(4);
  const other = await create("stranger", "", "elsewhere");
  expect(other.code, other.stdout + other.stderr).toBe(0);
});

test("plans begin with the cluster that they are for", async () => {
  const where = /^on \S+ \(https:\/\/127\.0\.0\.1:\d+\)\n/;
  expect((await mtenant("diff", "-f", await specOf("next", ""))).stdout).toMatch(where);
  expect((await create("next", "")).stdout).toMatch(where);
  expect((await mtenant("delete", "next", "--yes")).stdout).toMatch(where);
});
