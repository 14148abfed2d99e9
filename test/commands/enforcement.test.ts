import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type CommandResult } from "../cluster/kubectl.ts";
import { inProcess } from "./in-process.ts";
import { ownCluster } from "./own-cluster.ts";

// A control plane of its own: its guards are changed.
const { plane, kubectl, folder } = await ownCluster();

async function spec(enforcement: string): Promise<string> {
  const file = join(folder, "tenant.yaml");
  await writeFile(
    file,
    `apiVersion: mtenant.dev/v1alpha1
kind: Tenant
metadata: {name: adopting}
spec:
  namespaces: [{name: legacy, existing: true${enforcement}}]
  subjects: [{kind: Group, name: legacy-owners, role: Owner}]
  nodes: {mode: Shared}
`,
  );
  return file;
}

const mtenant = (...args: string[]): Promise<CommandResult> =>
  inProcess(...args, "--kubeconfig", plane.kubeconfig);

/** As the tenant, without storing anything. */
async function creates(object: object): Promise<CommandResult> {
  return kubectl(
    ["create", "--dry-run=server", "-f", "-", "--as=ann", "--as-group=legacy-owners", "-n", "legacy"],
    { input: JSON.stringify(object) },
  );
}

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "old" },
  spec: { schedulerName: "other", containers: [{ name: "main", image: "nginx" }] },
};
const wall = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "forged", labels: { "app.kubernetes.io/managed-by": "mtenant" } },
};

test("an adopted namespace is warned until the day of its spec, and refused afterwards", async () => {
  await kubectl(["create", "namespace", "legacy"]);
  const warning = await spec(", enforcement: {mode: Warn, until: 2999-12-31}");
  const created = await mtenant("create", "-f", warning, "--yes");
  expect(created.code, created.stderr + created.stdout).toBe(0);
  expect(created.stdout).toMatch(/Namespace legacy {2}amend, widens/);

  const passed = await creates(pod);
  expect(passed.code, passed.stderr).toBe(0);
  for (const words of [
    "ValidatingAdmissionPolicy 'mtenant-pods' with binding 'mtenant-pods-warn': mtenant: pod must leave schedulerName out",
    'would violate PodSecurity "restricted:v1.34"',
  ])
    expect(passed.stderr).toContain(words);
  const forged = await creates(wall);
  expect(forged.code).toBe(1);
  expect(forged.stderr).toMatch(/mtenant-(managed|objects)/);

  const diff = await mtenant("diff", "adopting");
  expect(diff.stdout).toMatch(/Namespace legacy {2}open, widens\n.*only warn here until 2999-12-31/);
  expect(diff.code).toBe(0);
  const data = JSON.parse((await mtenant("diff", "adopting", "-o", "json")).stdout) as {
    owners: { open?: { effect: string }[] }[];
  };
  expect(data.owners.flatMap(({ open = [] }) => open.map(({ effect }) => effect))).toEqual(["widens"]);

  const narrowed = await mtenant("create", "-f", await spec(""), "--yes");
  expect(narrowed.code, narrowed.stderr).toBe(0);
  expect(narrowed.stdout).toMatch(/Namespace legacy {2}.*narrows/);
  const refused = await creates(pod);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/violates PodSecurity|pod must leave schedulerName out/);
}, 120_000);

test.each(["create", "diff"])("%s refuses a stage of warnings that is over", async (verb) => {
  const file = await spec(", enforcement: {mode: Warn, until: 2020-01-31}");
  const refused = await mtenant(verb, "-f", file, ...(verb === "create" ? ["--yes"] : []));
  expect(refused.stderr).toContain("the stage of warnings ended on 2020-01-31");
  expect(refused.code).toBe(2);
});

test("render refuses a stage of warnings that is over", async () => {
  const { code, stderr } = await inProcess(
    "render",
    "-f",
    await spec(", enforcement: {mode: Warn, until: 2020-01-31}"),
  );
  expect(stderr).toContain("ended on 2020-01-31");
  expect(code).toBe(2);
});
