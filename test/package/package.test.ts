import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandResult, kubectlFor, run } from "../cluster/kubectl.ts";
import { createNode } from "../cluster/nodes.ts";
import { type ControlPlane, startControlPlane } from "../cluster/start.ts";
import { type InstalledPackage, installPackage } from "./installed.ts";
import { type NodeMajor, nodeProgram } from "./node-versions.ts";

let temporary: string;
let installed: InstalledPackage;
let controlPlane: ControlPlane;

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), "mtenant-package-"));
  installed = await installPackage(temporary);
  // Its own, because each version takes its last tenant away, and the guards that all tenants share with it.
  controlPlane = await startControlPlane();
}, 600_000);

afterAll(async () => {
  await controlPlane?.stop();
  await rm(temporary, { recursive: true, force: true });
});

async function mtenant(major: NodeMajor, args: readonly string[]): Promise<CommandResult> {
  const env = { PATH: process.env["PATH"], HOME: temporary, KUBECONFIG: controlPlane.kubeconfig };
  return run(await nodeProgram(major), [installed.bin, ...args], "", env);
}

describe("the packed tarball", () => {
  test("holds the product and nothing else", () => {
    const folders = new Set(installed.files.map(({ path }) => path.split("/")[0]));
    const expected = [
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "bin",
      "dist",
      "docs",
      "package.json",
      "src",
      "templates",
    ];
    expect(expected).toEqual(expect.arrayContaining([...folders]));
    for (const needed of [
      "bin/mtenant.js",
      "dist/main.js",
      "dist/templates.json",
      "dist/tenant.schema.json",
      "dist/THIRD-PARTY-LICENSES.txt",
    ]) {
      expect(installed.files.map(({ path }) => path)).toContain(needed);
    }
  });

  test("is small, and needs no other package", async () => {
    expect(installed.size).toBeLessThan(2_000_000);
    expect(await readdir(join(installed.folder, ".."))).toEqual([".bin", ".package-lock.json", "mtenant"]);
  });

  test("names the licence of every package that went into it", async () => {
    const licences = await readFile(join(installed.folder, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
    for (const name of ["commander", "yaml", "chalk", "zod", "@kubernetes/client-node"]) {
      expect(licences).toMatch(new RegExp(`^${name} [0-9.]+: (MIT|ISC|Apache-2.0)$`, "m"));
    }
  });
});

test("a Node that is too old is refused in words", async () => {
  const refused = await mtenant(18, ["--version"]);
  expect(refused).toMatchObject({ code: 3, stdout: "" });
  expect(refused.stderr).toContain("mtenant needs Node.js 20.19 or newer, and this is 18.");
});

describe.each([20, 22, 24, 26] as const)("installed, on Node %i", (major) => {
  beforeAll(() => nodeProgram(major), 600_000);

  test("tells its version and its commands", async () => {
    const { version } = JSON.parse(await readFile(join(installed.folder, "package.json"), "utf8"));
    expect(await mtenant(major, ["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
    const help = await mtenant(major, ["--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    for (const command of ["render", "diff", "create", "delete"])
      expect(help.stdout).toMatch(new RegExp(`^  ${command}[ |]`, "m"));
  });

  test("renders without a cluster", async () => {
    const rendered = await mtenant(major, [
      "render",
      "packed",
      "--owner-group",
      "packed-admins",
      "--node",
      "n1",
    ]);
    expect(rendered).toMatchObject({ code: 0 });
    expect(rendered.stdout).toMatch(/^kind: Namespace$/m);
    expect(rendered.stdout).toMatch(/^kind: NetworkPolicy$/m);
  });

  test("creates a tenant, finds no difference, and deletes it", async () => {
    const kubectl = kubectlFor(controlPlane.kubectl, controlPlane.kubeconfig);
    const tenant = `packed-${major}`;
    await createNode(kubectl, tenant);
    const spec = ["--owner-group", "packed-admins", "--node", tenant];
    expect(await mtenant(major, ["diff", tenant, ...spec])).toMatchObject({ code: 1 });
    expect(await mtenant(major, ["create", tenant, ...spec, "--yes"])).toMatchObject({ code: 0 });
    expect(await kubectl(["get", "networkpolicies", "-n", tenant, "-o", "name"])).toMatchObject({ code: 0 });
    expect(await mtenant(major, ["diff", tenant])).toMatchObject({ code: 0 });
    expect(await mtenant(major, ["delete", tenant, "--yes"])).toMatchObject({ code: 0 });
    expect((await kubectl(["get", "namespace", tenant])).stderr).toContain("NotFound");
  }, 120_000);
});
