import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { type CommandResult, run } from "../cluster/kubectl.ts";
import { classText, tenantText } from "../tenant/spec.ts";
import { ownCluster } from "./own-cluster.ts";

/** Milliseconds: several whole creates, each its own process, on a machine that does other things. */
const SLOW = 180_000;

const { plane, kubectl, folder } = await ownCluster();

const mtenant = (...args: string[]): Promise<CommandResult> =>
  run(process.execPath, ["bin/mtenant.js", ...args, "--kubeconfig", plane.kubeconfig], "", {
    PATH: process.env.PATH,
    HOME: "/nonexistent",
  });

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const quotaOf = async (namespace: string): Promise<string> =>
  (
    await kubectl([
      "get",
      "quota",
      "mtenant",
      "-n",
      namespace,
      "-o",
      String.raw`jsonpath={.spec.hard.requests\.cpu}`,
    ])
  ).stdout;

test(
  "a class of a file and flags make a tenant, whose record keeps the locks",
  async () => {
    const classes = await file(
      "classes.yaml",
      classText('nodes: {mode: Shared}\nlocked: [nodes.mode, "namespaces[].size"]'),
    );
    const created = await mtenant(
      "create",
      "classy",
      "--owner-group",
      "g",
      "--class",
      "c",
      "-f",
      classes,
      "--yes",
    );
    expect(created.stderr).toMatch(/Next: mtenant diff classy/);
    expect(created.code).toBe(0);
    expect((await mtenant("diff", "classy")).code).toBe(0);

    const before = await everyObject(kubectl);
    for (const [flags, where] of [
      [["--size", "large"], /--size: spec\.namespaces\[0\]\.size: is locked by TenantClass c/],
      [["--node", "n1"], /--nodes: spec\.nodes\.mode: is locked by TenantClass c/],
    ] as const) {
      for (const command of [
        ["create", "classy", "--yes"],
        ["diff", "classy"],
      ]) {
        const refused = await mtenant(...command, ...flags);
        expect(refused.stderr).toMatch(where);
        expect(refused.code).toBe(2);
      }
    }
    expect((await mtenant("create", "classy", "--yes")).stdout).toMatch(/as its spec says/);
    expect(await everyObject(kubectl)).toEqual(before);

    await file("classes.yaml", classText("nodes: {mode: Shared}\nlocked: [nodes.mode]"));
    const freed = await mtenant("create", "classy", "--size", "large", "-f", classes, "--yes");
    expect(freed.stdout).toMatch(/spec of tenant classy\n(.*\n)*.*class\.locked: .*→ \["nodes\.mode"\]/);
    expect(freed.code).toBe(0);
    expect(await quotaOf("classy")).toBe("32");
  },
  SLOW,
);

test(
  "flags change only what they name, and the change of the spec is shown before the plan",
  async () => {
    const made = [
      "plain",
      "--owner-group",
      "g",
      "--namespace",
      "plain",
      "--namespace",
      "side",
      "--nodes",
      "Shared",
    ];
    expect((await mtenant("create", ...made, "--yes")).code).toBe(0);
    const before = await everyObject(kubectl);

    const templates = join(folder, "no templates");
    await mkdir(templates);
    const change = ["plain", "--viewer-group", "two words", "--templates", templates, "--force-conflicts"];
    const diff = await mtenant("diff", ...change);
    expect(diff.stdout).toMatch(
      /^spec of tenant plain\n {6}\+ spec\.subjects\[Group two words Viewer\]: .*\n(.|\n)*^tenant plain$/m,
    );
    expect(diff.stdout).not.toMatch(/quota|limits/);
    expect(diff.stderr).toContain(
      `Next: mtenant create plain --viewer-group 'two words' --templates '${templates}' --force-conflicts --kubeconfig`,
    );
    expect(diff.code).toBe(1);
    const asJson = JSON.parse((await mtenant("diff", ...change, "-o", "json")).stdout) as {
      owners: { specChanges?: { path: string; before?: unknown }[] }[];
    };
    expect(asJson.owners.map(({ specChanges }) => specChanges?.map(({ path }) => path))).toEqual([
      undefined,
      ["spec.subjects[Group two words Viewer]"],
    ]);
    expect(await everyObject(kubectl)).toEqual(before);

    const created = await mtenant("create", ...change, "--yes");
    expect(created.stderr).toContain(`Next: mtenant diff plain --templates '${templates}' --kubeconfig`);
    expect(created.stdout).toContain("+ spec.subjects[Group two words Viewer]");
    expect((await kubectl(["get", "rolebinding", "mtenant-owner", "-n", "side"])).code).toBe(0);
    const sized = await mtenant("create", "plain", "--size", "medium", "--yes");
    expect(sized.stdout).toMatch(/spec\.namespaces\[side\]\.size: "small" → "medium"/);
    expect([await quotaOf("plain"), await quotaOf("side")]).toEqual(["8", "8"]);
  },
  SLOW,
);

test(
  "a file replaces the spec, and a tenant that is absent from it stays",
  async () => {
    const tenants = ["shown", "absent"].map((name) =>
      tenantText(name, "nodes: {mode: Shared}\nsubjects: [{kind: Group, name: g, role: Owner}]"),
    );
    const path = await file("some.yaml", tenants.join("---\n"));
    expect((await mtenant("create", "-f", path, "--yes")).code).toBe(0);
    await file("some.yaml", tenantText("shown", "nodes: {mode: Shared}\nnetwork: {dns: Deny}"));
    const { code, stdout, stderr } = await mtenant("create", "-f", path, "--yes");
    expect(stdout).toContain('spec.network.dns: "Allow" → "Deny"');
    expect(stdout).toContain("- spec.subjects[Group g Owner]");
    expect(code, stdout + stderr).toBe(0);
    expect((await kubectl(["get", "rolebinding", "mtenant-owner", "-n", "shown"])).stderr).toMatch(
      /NotFound/,
    );
    expect((await mtenant("diff", "absent")).code).toBe(0);
  },
  SLOW,
);

test(
  "an error anywhere in many files stops before the first write, all of them at once",
  async () => {
    const paths = await Promise.all([
      file("1.yaml", tenantText("many-1")),
      file("2.yaml", `${tenantText("many-2")}---\n${tenantText("many-3", "nodes: {mode: Shard}")}`),
      file("3.yaml", tenantText("many-4", "nodes: {mode: Shared}\nnetwrok: {}")),
      file("4.yaml", "kind: [unclosed"),
      file("5.yaml", tenantText("many-1")),
    ]);
    const before = await everyObject(kubectl);
    for (const command of ["create", "diff"]) {
      const yes = command === "create" ? ["--yes"] : [];
      const { code, stdout, stderr } = await mtenant(
        command,
        ...paths.flatMap((path) => ["-f", path]),
        ...yes,
      );
      for (const place of ["2.yaml:11:17", "3.yaml:6:3", "4.yaml:1:16", "5.yaml:3:18"]) {
        expect(stderr).toContain(join(folder, place));
      }
      expect([code, stdout]).toEqual([2, ""]);
    }
    expect(await everyObject(kubectl)).toEqual(before);
  },
  SLOW,
);

test(
  "words that YAML reads as something else are names like any other",
  async () => {
    const names = ["no", "on", "y", "null", "true", "1e3", "0x1f", "012", "constructor"];
    const text = names.map((name) => tenantText(`"${name}"`)).join("---\n");
    const created = await mtenant("create", "-f", await file("words.yaml", text), "--yes");
    expect(created.stderr).not.toMatch(/error/);
    expect(created.code).toBe(0);
    const found = await kubectl(["get", "namespaces", "-o", "name", "-l", "mtenant.dev/tenant"]);
    for (const name of names) expect(found.stdout.split("\n")).toContain(`namespace/${name}`);
    expect((await mtenant("diff", "no")).code).toBe(0);
    expect((await mtenant("create", "constructor", "--yes")).code).toBe(0);
  },
  SLOW,
);

test(
  "the longest names that are allowed fit everywhere on the server",
  async () => {
    const tenant = "t".repeat(49);
    const path = await file(
      "long.yaml",
      tenantText(
        tenant,
        `nodes: {mode: Shared}\nnamespaces: [{name: ${"n".repeat(63)}}]\nnetwork: {egress: [{name: ${"r".repeat(63)}, to: [{podSelector: {}}]}]}`,
      ),
    );
    const { code, stderr } = await mtenant("create", "-f", path, "--yes");
    expect(stderr).not.toMatch(/error/);
    expect(code).toBe(0);
  },
  SLOW,
);
