import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { KubernetesObject } from "../../src/manifests/object.ts";
import { meaningfulPart } from "../../src/plan/field-changes.ts";
import { everyObject } from "../cluster/everything.ts";
import { type CommandResult, run } from "../cluster/kubectl.ts";
import { createNode } from "../cluster/nodes.ts";
import { ownCluster } from "./own-cluster.ts";

// A control plane of its own: it tests when the guards, which other test files may need, come and go.
const { plane, kubectl, folder } = await ownCluster();
beforeAll(async () => {
  await createNode(kubectl, "rendered-1");
});

const bare = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandResult> =>
  run(process.execPath, ["bin/mtenant.js", ...args], "", {
    PATH: process.env["PATH"],
    HOME: "/nonexistent",
    ...env,
  });
const mtenant = (...args: string[]): Promise<CommandResult> =>
  bare([...args, "--kubeconfig", plane.kubeconfig]);

async function done(result: Promise<CommandResult>): Promise<CommandResult> {
  const { code, stdout, stderr } = await result;
  if (code !== 0) throw new Error(`exit code ${code}: ${stdout}${stderr}`);
  return { code, stdout, stderr };
}

const shared = ["--owner-group", "admins", "--nodes", "Shared"];

/** The tenant's rendered folder, applied in the way that is named. */
async function applyRendered(name: string, apply: readonly string[], flags = shared): Promise<string> {
  const dir = join(folder, name);
  await done(mtenant("render", name, ...flags, "--output-dir", dir));
  await done(kubectl(["apply", ...apply, "-k", dir]));
  return dir;
}

const serverSide = (manager: string) => ["--server-side", `--field-manager=${manager}`];

/** Everything that is labelled as the tenant's, without what differs from server to server and without the record's data. */
async function objectsOf(name: string): Promise<unknown[]> {
  const kinds = "namespaces,resourcequotas,limitranges,networkpolicies,roles,rolebindings,configmaps";
  const { stdout } = await done(
    kubectl(["get", kinds, "-A", "-l", `mtenant.dev/tenant=${name}`, "-o", "json"]),
  );
  const account = await done(kubectl(["get", "serviceaccount", "default", "-n", name, "-o", "json"]));
  const items = (JSON.parse(stdout) as { items: KubernetesObject[] }).items;
  return [...items, JSON.parse(account.stdout) as KubernetesObject].map((object) => {
    const { data: _, ...rest } = object as KubernetesObject & { data?: unknown };
    return meaningfulPart(rest as KubernetesObject);
  });
}

const listed = async (name: string): Promise<unknown> => {
  const { stdout } = await done(mtenant("list", "-o", "json"));
  const document = JSON.parse(stdout) as { kind: string; tenants: readonly { name: string }[] };
  expect(document).toMatchObject({ apiVersion: "mtenant.dev/v1alpha1", kind: "TenantList" });
  return document.tenants.find((each) => each.name === name);
};

test("a folder that kubectl applies gives the objects that create gives, for a tenant called on", async () => {
  const spec = ["--owner-group", "admins", "--node", "rendered-1"];
  const before = await everyObject(kubectl);
  await done(mtenant("create", "on", ...spec, "--yes"));
  const created = await objectsOf("on");
  await done(mtenant("delete", "on", "--yes"));
  expect(await everyObject(kubectl)).toEqual(before);

  await applyRendered("on", ["--server-side"], spec);
  expect(await objectsOf("on")).toEqual(created);
  expect(created.length).toBeGreaterThan(12);
}, 180_000);

test("nodes are designated by the printed commands, and their absence is a difference", async () => {
  const { stderr } = await done(
    mtenant("render", "on", "--owner-group", "admins", "--node", "rendered-1", "-o", "json"),
  );
  const missing = await mtenant("diff", "on");
  expect(missing.stdout).toMatch(/~ Node rendered-1 {2}amend, narrows/);
  expect(missing.code).toBe(1);
  const commands = stderr.split("\n").filter((line) => line.startsWith("  kubectl "));
  expect(commands).toHaveLength(2);
  for (const command of commands) await done(kubectl(command.trim().split(" ").slice(1)));
  const designated = await mtenant("diff", "on");
  expect(designated.code, designated.stdout).toBe(0);
});

test("list names who applies a tenant, diff finds what drifts, and who manages the fields is no difference", async () => {
  expect(await listed("on")).toMatchObject({ phase: "rendered", appliedBy: "kubectl", namespaces: ["on"] });
  expect((await mtenant("list")).stdout).toMatch(/^on\s+rendered\s+Dedicated\s+on\s.*\skubectl$/m);

  await done(kubectl(["label", "ns", "on", "pod-security.kubernetes.io/enforce=baseline", "--overwrite"]));
  const open = '{"spec":{"ingress":[{}]}}';
  await done(
    kubectl(["patch", "networkpolicy", "mtenant-default-deny", "-n", "on", "--type=merge", "-p", open]),
  );
  await done(kubectl(["delete", "limitrange", "mtenant", "-n", "on"]));
  const { code, stdout, stderr } = await mtenant("diff", "on", "-o", "json");
  expect(code).toBe(1);
  expect(stderr).toContain("let kubectl apply");
  const { owners } = JSON.parse(stdout) as {
    owners: { changes: { kind: string; action: string; fields: { path: string }[] }[] }[];
  };
  const changes = owners
    .flatMap((owner) => owner.changes)
    .filter(({ action }) => action !== "unchanged")
    .map(({ kind, action, fields }) => [kind, action, fields.map(({ path }) => path)]);
  expect(changes).toEqual([
    ["Namespace", "update", ["/metadata/labels/pod-security.kubernetes.io~1enforce"]],
    ["LimitRange", "create", []],
    ["NetworkPolicy", "update", ["/spec/ingress"]],
  ]);

  await done(
    kubectl([
      "patch",
      "networkpolicy",
      "mtenant-default-deny",
      "-n",
      "on",
      "--type=json",
      "-p",
      '[{"op":"remove","path":"/spec/ingress"}]',
    ]),
  );
  await done(kubectl(["apply", "--server-side", "--force-conflicts", "-k", join(folder, "on")]));
  const mended = await mtenant("diff", "on");
  expect(mended.code, mended.stdout).toBe(0);
});

test("a tenant that client-side apply or Flux's field manager applies is read the same way", async () => {
  await applyRendered("no", []);
  await applyRendered("1e3", serverSide("kustomize-controller"));
  expect(await listed("no")).toMatchObject({ phase: "rendered", appliedBy: "kubectl-client-side-apply" });
  expect(await listed("1e3")).toMatchObject({ phase: "rendered", appliedBy: "kustomize-controller" });
  for (const name of ["no", "1e3"]) {
    const same = await mtenant("diff", name);
    expect(same.code, same.stdout).toBe(0);
    await done(kubectl(["label", "ns", name, "pod-security.kubernetes.io/enforce-", "--overwrite"]));
    const drift = await mtenant("diff", name);
    expect(drift.stdout).toMatch(
      /~ Namespace .*\n.*wider than the spec.*\n.*pod-security.kubernetes.io~1enforce: "restricted"/,
    );
    expect(drift.code).toBe(1);
  }
});

test("objects that Flux has marked as its own are the tenant's all the same", async () => {
  const dir = join(folder, "marked");
  await cp(join(folder, "1e3"), dir, { recursive: true });
  const kustomization = join(dir, "kustomization.yaml");
  const mark =
    "labels:\n- pairs:\n    kustomize.toolkit.fluxcd.io/name: tenants\n    kustomize.toolkit.fluxcd.io/namespace: flux-system\n";
  await writeFile(kustomization, `${await readFile(kustomization, "utf8")}${mark}`);
  await done(kubectl(["apply", ...serverSide("kustomize-controller"), "--force-conflicts", "-k", dir]));
  expect(await listed("1e3")).toMatchObject({ appliedBy: 'Flux Kustomization "tenants"' });
  const { code, stdout } = await mtenant("diff", "1e3");
  expect(code, stdout).toBe(0);
});

test("create and delete of a rendered tenant are refused before anything is written", async () => {
  const before = await everyObject(kubectl);
  for (const args of [
    ["create", "on"],
    ["create", "on", "--size", "large"],
    ["delete", "on"],
  ]) {
    const { code, stderr, stdout } = await mtenant(...args, "--yes");
    expect(stderr).toContain("tenant on: it is applied from rendered files by kubectl");
    expect(stderr).toMatch(args[0] === "delete" ? /let it be pruned/ : /render it again/);
    expect([code, stdout]).toEqual([4, ""]);
  }
  expect(await everyObject(kubectl)).toEqual(before);
});

test("another tenant is created behind rendered guards, and its delete leaves them", async () => {
  await done(mtenant("create", "plain", ...shared, "--yes"));
  expect(await listed("plain")).toMatchObject({ phase: "ready", appliedBy: "mtenant" });
  // Now it is the last tenant that has a record.
  await done(
    kubectl(["delete", "configmap", "-n", "mtenant-system", "tenant.on", "tenant.no", "tenant.1e3"]),
  );
  await done(mtenant("delete", "plain", "--yes"));
  const guards = await done(kubectl(["get", "validatingadmissionpolicies", "mtenant-pods", "-o", "name"]));
  expect(guards.stdout).toContain("mtenant-pods");
  await done(kubectl(["get", "configmap", "cluster", "-n", "mtenant-system"]));
});

test("rendered guards that would be others are refused before anything is written", async () => {
  const templates = join(folder, "templates");
  await mkdir(join(templates, "guards"), { recursive: true });
  const pods = await readFile("templates/guards/services.yaml", "utf8");
  await writeFile(join(templates, "guards/services.yaml"), pods.replace(/mtenant: /, "walls of mtenant: "));
  const before = await everyObject(kubectl);
  const { code, stderr, stdout } = await mtenant("create", "x", ...shared, "--yes", "--templates", templates);
  expect(stdout).toMatch(/~ ValidatingAdmissionPolicy mtenant-services/);
  expect(stderr).toMatch(/guards .* are applied from rendered files by .*nothing was changed/);
  expect(code).toBe(4);
  expect(await everyObject(kubectl)).toEqual(before);
});

test("the JSON of render is a list that kubectl applies", async () => {
  const { stdout } = await done(mtenant("render", "listed", ...shared, "-o", "json"));
  const applied = await done(
    kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], { input: stdout }),
  );
  expect(applied.stderr).toBe("");
  const { code, stdout: difference } = await mtenant("diff", "listed");
  expect(code, difference).toBe(0);
});

test("a profile of the cluster renders what the cluster itself does, without it", async () => {
  const profile = join(folder, "profile.json");
  await mtenant("doctor", "--save-profile", profile);
  const live = await done(mtenant("render", "listed", ...shared));
  const kept = await done(bare(["render", "listed", ...shared, "--cluster-profile", profile]));
  expect(kept.stdout).toBe(live.stdout);
});

test("what render is told itself counts before the cluster that the environment names", async () => {
  const unreachable = { MTENANT_KUBECONFIG: "/nonexistent" };
  const { stdout } = await done(bare(["render", "x", ...shared, "--kubernetes", "1.34"], unreachable));
  expect(stdout).toContain('mtenant.dev/derived-from-minor: "1.30"');
  const both = await bare(["render", "x", ...shared, "--kubernetes", "1.34", "--cluster-profile", "p"]);
  expect(both.stderr).toMatch(/cannot be used with/);
  expect([both.code, both.stdout]).toEqual([2, ""]);
});
