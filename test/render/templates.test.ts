import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compilePackaged, loadTemplates, readTemplates } from "../../src/files/templates.ts";
import { ExpectedError } from "../../src/errors.ts";
import { printDocument } from "../../src/manifests/yaml.ts";
import { boundaries } from "../../src/boundaries/index.ts";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "mtenant-templates-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function put(path: string, text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n") {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), text);
}

async function refusal(folder = dir): Promise<string> {
  const error = await loadTemplates(folder).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ExpectedError)) throw new Error("not refused");
  expect(error.exitCode).toBe(2);
  return [error.message, ...error.problems.map((each) => `${each.where}: ${each.message}`), error.hint].join(
    "\n",
  );
}

describe("packaged templates", () => {
  test("survive JSON, and are exactly those that the boundaries use", async () => {
    const packaged = await compilePackaged();
    expect(JSON.parse(JSON.stringify(packaged))).toEqual(packaged);
    expect(Object.keys(packaged).sort()).toEqual(
      [...new Set(boundaries.flatMap(({ uses }) => uses.map(({ file }) => file)))].sort(),
    );
  });

  test("each explains itself in a comment at its head", async () => {
    const documents = Object.values(await compilePackaged()).map((list) => list[0]);
    const bare = documents.filter(
      (first) => !first?.comments.some(([path, { before }]) => path === "" && before !== undefined),
    );
    expect(bare.map((first) => first?.template)).toEqual([]);
  });
});

describe("the comments of packaged templates", () => {
  test("are all printed, line by line", async () => {
    const packaged = await compilePackaged();
    const lines = (text: string) => text.split("\n").map((line) => line.trim());
    for (const { path, text } of await readTemplates(
      fileURLToPath(new URL("../../templates", import.meta.url)),
    )) {
      const printed = (packaged[path] ?? []).map(({ content, comments }) =>
        printDocument(content, new Map(comments)),
      );
      expect(lines(printed.join("")).filter((line) => line.startsWith("#"))).toEqual(
        lines(text).filter((line) => line.startsWith("#")),
      );
    }
  });
});

describe("a folder of overrides", () => {
  test("replaces the packaged file of the same name; other files than YAML are left alone", async () => {
    await put("network/dns.yaml");
    await put("README.md", "hello");
    const { documents, overridden } = await loadTemplates(dir);
    expect([...overridden]).toEqual(["network/dns.yaml"]);
    expect(documents.get("network/dns.yaml")?.[0]?.document.content["kind"]).toBe("ConfigMap");
    expect(documents.get("network/default-deny.yaml")?.[0]?.document.content["kind"]).toBe("NetworkPolicy");
  });

  test("a template that mtenant does not have is refused, with the one that was meant", async () => {
    await put("network/defualt-deny.yaml");
    expect(await refusal()).toContain("did you mean network/default-deny.yaml?");
  });

  test("a folder that does not exist, and a file instead of a folder, are refused", async () => {
    expect(await refusal(join(dir, "none"))).toContain("it does not exist");
    await put("file.yaml");
    expect(await refusal(join(dir, "file.yaml"))).toContain("it is not a folder");
  });

  test("a link that leads out of the folder is refused", async () => {
    await mkdir(join(dir, "network"));
    await symlink("/etc/hostname", join(dir, "network/dns.yaml"));
    expect(await refusal()).toContain("leads out of the templates folder");
  });

  test("a linked folder and a link to itself are refused", async () => {
    await mkdir(join(dir, "network"));
    await symlink("dns.yaml", join(dir, "network/dns.yaml"));
    expect(await refusal()).toContain("a link that leads to itself");
    await rm(join(dir, "network/dns.yaml"));
    await symlink("..", join(dir, "network/dns.yaml"));
    expect(await refusal()).toMatch(/leads out|not a file/);
  });

  test("names that differ only in case are refused", async () => {
    await put("network/dns.yaml");
    await put("network/DNS.yaml");
    expect(await refusal()).toContain("differ only in case");
  });

  test("names that are no template names are refused", async () => {
    await put("network/my dns.yaml");
    expect(await refusal()).toContain('"network/my dns.yaml"');
  });
});
