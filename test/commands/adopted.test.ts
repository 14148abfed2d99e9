import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { type CommandResult, type Kubectl } from "../cluster/kubectl.ts";
import type { ControlPlane } from "../cluster/start.ts";
import { tenantText } from "../tenant/spec.ts";
import { inProcess } from "./in-process.ts";
import { startOwnCluster } from "./own-cluster.ts";

// A control plane of its own: the last delete takes the guards away, which other test files may need.
let plane: ControlPlane;
let kubectl: Kubectl;
let folder: string;

beforeAll(async () => {
  const own = await startOwnCluster();
  ({ plane, kubectl, folder } = own);
  return own.stop;
});

const mtenant = (...args: string[]): Promise<CommandResult> =>
  inProcess(...args, "--kubeconfig", plane.kubeconfig);

async function must(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await kubectl(args);
  expect(code, stderr).toBe(0);
  return stdout;
}

/** A spec file of a tenant with these namespaces, on nodes that are shared. */
async function specOf(name: string, namespaces: string): Promise<string> {
  const file = join(folder, `${name}.yaml`);
  const owner = `{kind: Group, name: ${name}-owners, role: Owner}`;
  await writeFile(
    file,
    tenantText(name, `namespaces: [${namespaces}]\nsubjects: [${owner}]\nnodes: {mode: Shared}`),
  );
  return file;
}

async function create(file: string, ...flags: string[]): Promise<void> {
  const created = await mtenant("create", "-f", file, ...flags, "--yes");
  expect(created.code, created.stdout + created.stderr).toBe(0);
}

/** The labels and annotations of a namespace, as JSON text. */
async function marksOf(namespace: string): Promise<string> {
  return must("get", "namespace", namespace, "-o", "jsonpath={.metadata.labels}{.metadata.annotations}");
}

describe("existing: true", () => {
  test("that is left out later is refused, and the namespace outlives its tenant", async () => {
    await must("create", "namespace", "legacy");
    await must("create", "configmap", "theirs", "-n", "legacy");
    await create(await specOf("older", "{name: older}, {name: legacy, existing: true}"));
    const before = await everyObject(kubectl);

    const dropped = await specOf("older", "{name: older}, {name: legacy}");
    for (const args of [["diff"], ["create", "--yes"]]) {
      const { code, stdout, stderr } = await mtenant(...args, "-f", dropped);
      expect(stdout).toMatch(/! Namespace legacy {2}refuse\n.*existing: true/);
      expect(stderr).toMatch(/change nothing|nothing was changed/);
      expect(code).toBe(4);
    }
    expect(await everyObject(kubectl)).toEqual(before);

    const deleted = await mtenant("delete", "older", "--yes");
    expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
    expect(await must("get", "configmap", "theirs", "-n", "legacy", "-o", "name")).toBe("configmap/theirs\n");
  });

  test("that is stated later makes a namespace of mtenant's stay, without a trace of mtenant", async () => {
    await create(await specOf("younger", "{name: younger}, {name: kept}"));
    expect(await marksOf("kept")).toMatch(/mtenant/);
    await create(await specOf("younger", "{name: younger}, {name: kept, existing: true}"));
    await must("create", "configmap", "theirs", "-n", "kept");

    const deleted = await mtenant("delete", "younger", "--yes");
    expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
    expect(deleted.stderr).toMatch(/Nothing is left: /);
    expect(await must("get", "configmap", "theirs", "-n", "kept", "-o", "name")).toBe("configmap/theirs\n");
    expect(await marksOf("kept")).toBe('{"kubernetes.io/metadata.name":"kept"}');
  });

  test("from the start restores what was there before", async () => {
    await must("create", "namespace", "found");
    await must("label", "namespace", "found", "pod-security.kubernetes.io/enforce=baseline", "team=a");
    const before = await marksOf("found");
    await create(await specOf("adopting", "{name: found, existing: true}"), "--force-conflicts");
    expect(await marksOf("found")).toMatch(/"pod-security.kubernetes.io\/enforce":"restricted"/);
    const deleted = await mtenant("delete", "adopting", "--yes");
    expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
    expect(await marksOf("found")).toBe(before);
  });
});

test("only a change that narrows what is live is called one that mends it", async () => {
  await create(await specOf("levels", "{name: levels}"));
  const widening = await mtenant(
    "diff",
    "-f",
    await specOf("levels", "{name: levels, podSecurity: baseline}"),
  );
  expect(widening.stdout).toMatch(/~ Namespace levels {2}widens\n.*enforce: "restricted" → "baseline"/s);
  expect(widening.stdout).not.toContain("mends");
  await must("label", "--overwrite", "namespace", "levels", "pod-security.kubernetes.io/enforce=baseline");
  const narrowing = await mtenant("diff", "-f", await specOf("levels", "{name: levels}"));
  expect(narrowing.stdout).toMatch(
    /~ Namespace levels {2}narrows\n +what is live is wider than the spec; this/,
  );
});
