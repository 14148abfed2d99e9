import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeOutputFolder } from "../../src/commands/output-folder.ts";
import { renderedSets } from "../../src/commands/rendered-sets.ts";
import { loadTemplates } from "../../src/commands/templates.ts";
import { ExpectedError } from "../../src/errors.ts";
import { idOf, keyOf, type KubernetesObject } from "../../src/manifests/object.ts";
import { decodeRecord } from "../../src/record/codec.ts";
import { OUTPUT_MARKER, outputFolder, type OwnerSet } from "../../src/render/folder.ts";
import { facts, payments } from "./example.ts";

const templates = await loadTemplates();
const [cluster] = renderedSets([], { facts, templates }) as [OwnerSet];

function setOf(name: string, dns: "Allow" | "Deny" = "Allow"): OwnerSet {
  const own = { ...payments.namespaces[0], name };
  const network = { ...payments.network, dns, egress: [], ingress: [] };
  const tenant = { ...payments, name, namespaces: [own as (typeof payments.namespaces)[number]], network };
  return renderedSets([tenant], { facts, templates })[1] as OwnerSet;
}

describe("outputFolder", () => {
  const files = outputFolder([cluster, setOf("on"), setOf("1e3")]);
  const paths = files.map(({ path }) => path);

  test("holds one object a file under names that are safe and all different, and no Node", () => {
    expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(paths.length);
    expect(paths.filter((path) => !/^[a-z0-9.%/-]+\.yaml$/.test(path) || path.includes(".."))).toEqual([]);
    expect(
      files.filter(
        ({ text }) =>
          !text.startsWith(`${OUTPUT_MARKER}\n`) || text.includes("\n---") || /^kind: Node$/m.test(text),
      ),
    ).toEqual([]);
    expect(paths).toContain("tenants/on/networkpolicy.on.mtenant-dns.yaml");
  });

  test("guards come first and RoleBindings last, in Kustomizations of their own", () => {
    const root = files.find(({ path }) => path === "kustomization.yaml");
    expect(root?.text).toContain(
      'resources:\n- cluster\n- tenants/1e3\n- "tenants/on"\n'.replaceAll('"', ""),
    );
    expect(root?.text).toContain("- tenants/on\n- tenants/1e3/access\n- tenants/on/access\n");
    const outside = files.filter(
      ({ path, text }) =>
        /^kind: RoleBinding$/m.test(text) !== /^tenants\/[^/]+\/access\/rolebinding/.test(path),
    );
    expect(outside.map(({ path }) => path)).toEqual([]);
  });

  test("the record of an owner stands before what it lists, and lists the nodes that are not rendered", () => {
    const listOf = (folder: string) =>
      files.find(({ path }) => path === `${folder}/kustomization.yaml`)?.text;
    expect(listOf("tenants/on")).toContain(
      "resources:\n- configmap.mtenant-system.tenant.on.yaml\n- namespace.on.yaml\n",
    );
    expect(listOf("cluster")).toContain(
      "resources:\n- namespace.mtenant-system.yaml\n- configmap.mtenant-system.cluster.yaml\n- validating",
    );
    const { record, manifests } = setOf("on");
    const decoded = decodeRecord(record as KubernetesObject);
    expect(decoded).toMatchObject({ phase: "rendered", spec: { metadata: { name: "on" } } });
    expect(decoded.entries.map(({ id }) => keyOf(id))).toEqual(
      manifests.map(({ object }) => keyOf(idOf(object))),
    );
    expect(decoded.entries.filter(({ id }) => id.kind === "Node")).toHaveLength(1);
    expect(decodeRecord(cluster.record as KubernetesObject)).toMatchObject({
      phase: "rendered",
      guardGeneration: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  test("Kubernetes' own ServiceAccount is amended after everything else", () => {
    const list = files.find(({ path }) => path === "tenants/on/kustomization.yaml")?.text;
    expect(list).toMatch(/- serviceaccount\.on\.default\.yaml\nsortOptions:/);
  });

  test("is the same in every run and whatever the order of the sets", () => {
    const again = outputFolder([setOf("1e3"), setOf("on"), cluster]);
    const sorted = (list: typeof files) => list.toSorted((one, other) => (one.path < other.path ? -1 : 1));
    expect(sorted(again)).toEqual(sorted(files));
  });
});

describe("writeOutputFolder", () => {
  let dir = "";
  beforeEach(async () => {
    dir = join(await mkdtemp(join(tmpdir(), "mtenant-folder-")), "out");
  });
  afterEach(() => rm(join(dir, ".."), { recursive: true, force: true }));

  async function refusal(sets: readonly OwnerSet[], into = dir): Promise<ExpectedError> {
    const error = await writeOutputFolder(into, sets).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof ExpectedError)) throw new Error(`not refused: ${String(error)}`);
    return error;
  }

  test("a second run changes no byte and touches no file", async () => {
    const first = await writeOutputFolder(dir, [cluster, setOf("a")]);
    const before = await stat(join(dir, "kustomization.yaml"));
    const second = await writeOutputFolder(dir, [cluster, setOf("a")]);
    expect(second).toEqual({ written: [], unchanged: first.written, removed: [] });
    expect((await stat(join(dir, "kustomization.yaml"))).ino).toBe(before.ino);
    expect((await readdir(dir, { recursive: true })).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("the file of an object that is no longer rendered goes, foreign files stay", async () => {
    await writeOutputFolder(dir, [cluster, setOf("a")]);
    await writeFile(join(dir, "tenants/a/mine.yaml"), "mine: true\n");
    const { removed } = await writeOutputFolder(dir, [cluster, setOf("a", "Deny")]);
    expect(removed).toEqual(["tenants/a/networkpolicy.a.mtenant-dns.yaml"]);
    expect(await readFile(join(dir, "tenants/a/mine.yaml"), "utf8")).toBe("mine: true\n");
  });

  test("tenants and the cluster's objects of an earlier run stay and stay listed", async () => {
    await writeOutputFolder(dir, [cluster, setOf("a")]);
    const { removed } = await writeOutputFolder(dir, [setOf("b")]);
    expect(removed).toEqual([]);
    const root = await readFile(join(dir, "kustomization.yaml"), "utf8");
    expect(root).toContain("- cluster\n- tenants/a\n- tenants/b\n- tenants/a/access\n- tenants/b/access\n");
  });

  test("a foreign file in the way is refused before anything is written", async () => {
    await mkdir(dir);
    await writeFile(join(dir, "kustomization.yaml"), "resources: []\n");
    const error = await refusal([cluster]);
    expect([error.exitCode, error.message]).toEqual([
      4,
      expect.stringContaining("kustomization.yaml is not a file that mtenant wrote"),
    ]);
    expect(await readdir(dir)).toEqual(["kustomization.yaml"]);
  });

  test("a link instead of the folder or of a folder in it is refused, and nothing is written behind it", async () => {
    const elsewhere = join(dir, "../elsewhere");
    await mkdir(elsewhere);
    await symlink(elsewhere, dir);
    expect((await refusal([cluster])).message).toContain("a symbolic link");
    await rm(dir);
    await mkdir(join(dir, "tenants"), { recursive: true });
    await symlink(elsewhere, join(dir, "tenants/a"));
    expect((await refusal([setOf("a")])).message).toContain("a symbolic link");
    expect(await readdir(elsewhere)).toEqual([]);
  });

  test("a linked file in the way is refused", async () => {
    await writeOutputFolder(dir, [cluster]);
    await rm(join(dir, "kustomization.yaml"));
    await symlink("/etc/hostname", join(dir, "kustomization.yaml"));
    expect((await refusal([cluster])).exitCode).toBe(4);
  });

  test("a file instead of the folder is refused", async () => {
    await writeFile(dir, "");
    const error = await refusal([cluster]);
    expect([error.exitCode, error.message]).toEqual([2, expect.stringContaining("not a folder")]);
  });

  test("a folder in which nothing can be made is a clear error", async () => {
    expect((await refusal([cluster], "/sys/mtenant")).message).toMatch(/cannot be written: /);
  });
});
