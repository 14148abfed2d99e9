import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeOutputFolder } from "../../src/files/output-folder.ts";
import { renderedSets } from "../../src/planning/rendered-sets.ts";
import { loadTemplates } from "../../src/files/templates.ts";
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

/** Modes do not hold root back. */
async function asNobodySpecial<Result>(work: () => Promise<Result>): Promise<Result> {
  const user = process.geteuid?.();
  if (user !== 0) return work();
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(user);
  }
}

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
    expect(second).toEqual({ written: [], unchanged: first.written, removed: [], others: [] });
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

  test("a tenant whose folder was taken out is no longer listed", async () => {
    await writeOutputFolder(dir, [cluster, setOf("a"), setOf("b")]);
    await rm(join(dir, "tenants/a"), { recursive: true });
    await writeOutputFolder(dir, [cluster, setOf("b")]);
    const root = await readFile(join(dir, "kustomization.yaml"), "utf8");
    expect(root).toContain("- cluster\n- tenants/b\n- tenants/b/access\n");
  });

  test("a tenant that is not rendered any more is told, and pruned when that is wanted; what others put there stays", async () => {
    await writeOutputFolder(dir, [cluster, setOf("a"), setOf("b"), setOf("c")]);
    await writeFile(join(dir, "tenants/b/notes.txt"), "mine");
    const told = await writeOutputFolder(dir, [cluster, setOf("a")]);
    expect([told.others, told.removed]).toEqual([["b", "c"], []]);
    const pruned = await writeOutputFolder(dir, [cluster, setOf("a")], { prune: true });
    expect(pruned.others).toEqual([]);
    expect(pruned.removed).toContain("tenants/c/access/kustomization.yaml");
    expect(await readdir(join(dir, "tenants"))).toEqual(["a", "b"]);
    expect(await readdir(join(dir, "tenants/b"))).toEqual(["notes.txt"]);
    const root = await readFile(join(dir, "kustomization.yaml"), "utf8");
    expect(root).toContain("- cluster\n- tenants/a\n- tenants/a/access\n");
    expect(root).not.toContain("tenants/b");
  });

  test("nothing is pruned behind a link", async () => {
    await writeOutputFolder(dir, [cluster, setOf("a"), setOf("b")]);
    const elsewhere = join(dir, "../elsewhere");
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, "theirs.yaml"), `${OUTPUT_MARKER}\n`);
    await rm(join(dir, "tenants/b/access"), { recursive: true });
    await symlink(elsewhere, join(dir, "tenants/b/access"));
    await expect(writeOutputFolder(dir, [cluster, setOf("a")], { prune: true })).rejects.toThrow(
      "symbolic link",
    );
    expect(await readdir(elsewhere)).toEqual(["theirs.yaml"]);
  });

  test("the RoleBinding of a role that nobody has any more goes", async () => {
    const { manifests, ...set } = setOf("a");
    await writeOutputFolder(dir, [{ ...set, manifests }]);
    const viewers = ({ object }: (typeof manifests)[number]): boolean =>
      object.kind === "RoleBinding" && object.metadata.name === "mtenant-viewer";
    const fewer = { ...set, manifests: manifests.filter((each) => !viewers(each)) };
    const { removed } = await writeOutputFolder(dir, [fewer]);
    expect(removed).toEqual(["tenants/a/access/rolebinding.a.mtenant-viewer.yaml"]);
    const list = await readFile(join(dir, "tenants/a/access/kustomization.yaml"), "utf8");
    expect(list).not.toContain("viewer");
  });

  test("of what looks stale, links, folders and what others wrote stay; the draft of a killed run goes", async () => {
    await writeOutputFolder(dir, [cluster, setOf("a")]);
    const outside = join(dir, "../outside.yaml");
    await writeFile(outside, `${OUTPUT_MARKER}\n`);
    await symlink(outside, join(dir, "tenants/a/linked.yaml"));
    await mkdir(join(dir, "tenants/a/deep.yaml"));
    await writeFile(join(dir, "tenants/a/.mtenant-notes.tmp"), "mine");
    await writeFile(join(dir, "README.md"), `${OUTPUT_MARKER}\n`);
    const draft = ".mtenant-0123456789ab.tmp";
    for (const folder of [".", "tenants/a"]) await writeFile(join(dir, folder, draft), "# Written by mt");
    const { removed, written } = await writeOutputFolder(dir, [cluster, setOf("a")]);
    expect([removed, written]).toEqual([[draft, `tenants/a/${draft}`], []]);
    expect(await readFile(outside, "utf8")).toBe(`${OUTPUT_MARKER}\n`);
    expect(await readdir(join(dir, "tenants/a"))).toEqual(
      expect.arrayContaining(["linked.yaml", "deep.yaml", ".mtenant-notes.tmp"]),
    );
    expect(await readdir(dir)).toContain("README.md");
  });

  test("a file is replaced as a whole: who has it open goes on reading what was there", async () => {
    await writeOutputFolder(dir, [cluster, setOf("a")]);
    const path = join(dir, "tenants/a/configmap.mtenant-system.tenant.a.yaml");
    const before = await readFile(path, "utf8");
    const reader = await open(path);
    const { written } = await writeOutputFolder(dir, [cluster, setOf("a", "Deny")]);
    expect(written).toContain("tenants/a/configmap.mtenant-system.tenant.a.yaml");
    expect(await reader.readFile("utf8")).toBe(before);
    await reader.close();
    expect(await readFile(path, "utf8")).not.toBe(before);
  });

  test("a folder that may not be written is a clear error, and what is in it stays whole", async () => {
    await writeOutputFolder(dir, [cluster, setOf("a")]);
    const folder = join(dir, "tenants/a");
    const before = await readdir(folder);
    await chmod(join(dir, ".."), 0o755);
    await chmod(folder, 0o555);
    const error = await asNobodySpecial(() => refusal([cluster, setOf("a", "Deny")]));
    expect([error.exitCode, error.message]).toEqual([
      3,
      expect.stringMatching(/cannot be written: it may not be/),
    ]);
    expect(await readdir(folder)).toEqual(before);
    await chmod(folder, 0o755);
    const { removed } = await writeOutputFolder(dir, [cluster, setOf("a", "Deny")]);
    expect(removed).toEqual(["tenants/a/networkpolicy.a.mtenant-dns.yaml"]);
  });

  test("a file in the place of a folder, and a folder in the place of a file, are refused", async () => {
    await writeOutputFolder(dir, [cluster]);
    await writeFile(join(dir, "tenants"), "");
    expect((await refusal([setOf("a")])).message).toMatch(/tenants is not a folder/);
    await rm(join(dir, "tenants"));
    for (const place of ["kustomization.yaml", "cluster/kustomization.yaml"]) {
      await rm(join(dir, place));
      await mkdir(join(dir, place));
      const error = await refusal([cluster]);
      expect([error.exitCode, error.message]).toEqual([4, expect.stringContaining(`${place} is not a file`)]);
      await rm(join(dir, place), { recursive: true });
      await writeFile(join(dir, place), `${OUTPUT_MARKER}\n`);
    }
  });

  test("no name leads out of the folder", async () => {
    const set = { ...setOf("a"), owner: { kind: "tenant", name: "../../elsewhere" } } as const;
    await expect(writeOutputFolder(dir, [set])).rejects.toThrow(/leads out of/);
    expect(await readdir(join(dir, ".."))).toEqual([]);
  });

  test("a folder in which nothing can be made is a clear error", async () => {
    expect((await refusal([cluster], "/sys/mtenant")).message).toMatch(/cannot be written: /);
  });
});
