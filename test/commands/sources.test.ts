import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSources } from "../../src/files/sources.ts";
import { parseTenants } from "../../src/tenant/parse.ts";
import { tenantText } from "../tenant/spec.ts";

let folder: string;
const stdin = async () => tenantText("piped");

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mtenant-sources-"));
  mkdirSync(join(folder, "specs/deep"), { recursive: true });
  mkdirSync(join(folder, "none"));
  writeFileSync(join(folder, "specs/b.yml"), tenantText("b"));
  writeFileSync(
    join(folder, "specs/deep/a.yaml"),
    `${tenantText("a")}---\napiVersion: v1\nkind: ConfigMap\n`,
  );
  writeFileSync(
    join(folder, "specs/kustomization.yaml"),
    "resources: [b.yml]\nlabels: [{pairs: {mtenant.dev/x: y}}]\n",
  );
  writeFileSync(join(folder, "empty.yaml"), "");
  writeFileSync(join(folder, "large.yaml"), "#".repeat(1024 * 1024 + 1));
  writeFileSync(join(folder, "utf16.yaml"), Buffer.from("\ufeffkind: Tenant", "utf16le"));
  writeFileSync(join(folder, "binary.yaml"), Buffer.from([0x80, 0xff, 0x00]));
  execFileSync("mkfifo", [join(folder, "fifo")]);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("folders are read in order to the bottom, and what is not mtenant's is passed over", async () => {
  const tenants = await parseTenants(await readSources([join(folder, "specs"), "-"], stdin));
  expect(tenants.map((tenant) => tenant.name)).toEqual(["b", "a", "piped"]);
});

test("in a folder a mistyped group is an error at its line, and the kind Tenant of another group is passed over", async () => {
  const mixed = join(folder, "mixed");
  mkdirSync(mixed);
  writeFileSync(join(mixed, "a.yaml"), tenantText("a"));
  writeFileSync(join(mixed, "capsule.yaml"), "apiVersion: capsule.clastix.io/v1beta2\nkind: Tenant\n");
  expect(await parseTenants(await readSources([mixed], stdin))).toMatchObject([{ name: "a" }]);
  const mistyped = join(mixed, "lab.yaml");
  writeFileSync(mistyped, tenantText("lab").replace("mtenant.dev/", "mtenat.dev/"));
  await expect(readSources([mixed], stdin).then(parseTenants)).rejects.toMatchObject({
    exitCode: 2,
    problems: [{ where: `${mistyped}:1:13`, message: expect.stringContaining("mtenant.dev/v1alpha1") }],
  });
});

test("a foreign document in a file that was named is an error", async () => {
  const sources = await readSources([join(folder, "specs/deep/a.yaml")], stdin);
  await expect(parseTenants(sources)).rejects.toMatchObject({ exitCode: 2 });
});

test.each([
  ["missing.yaml", "no such file"],
  ["none", "no .yaml"],
  ["empty.yaml", "is empty"],
  ["large.yaml", "larger than 1 MiB"],
  ["fifo", "not a regular file"],
  ["/dev/zero", "not a regular file"],
  ["utf16.yaml", "UTF-16"],
  ["binary.yaml", "not UTF-8"],
  ["a\0b", "not possible"],
])("%j is refused: %s", async (name, reason) => {
  const path = name.startsWith("/") ? name : join(folder, name);
  const error = await readSources([path], stdin).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(reason) });
});

test("an empty stdin is refused", async () => {
  await expect(readSources(["-"], async () => "")).rejects.toMatchObject({ exitCode: 2 });
});
