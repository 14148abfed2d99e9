/**
 * Writes src/facts/pinned/: the rules of admin, edit and view of each supported Kubernetes minor, from Kubernetes' own
 * bootstrap data. Needs Go, which downloads the k8s.io/kubernetes modules into its cache (about 1 minute in all).
 *
 *   npx tsx scripts/pin-cluster-roles.ts
 *
 * For a new minor: add its newest version below, run it, read the diff, and look at what the derived Roles gained
 * (test/boundaries/access/derive.test.ts counts it).
 */
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { aggregate, type ClusterRoleObject } from "../src/facts/aggregate.ts";

const versions = ["1.30.14", "1.31.14", "1.32.13", "1.33.13", "1.34.4", "1.35.4", "1.36.3", "1.37.2"];
const roles = "plugin/pkg/auth/authorizer/rbac/bootstrappolicy/testdata/cluster-roles.yaml";
const folder = join(import.meta.dirname, "../src/facts/pinned");

interface Pinned {
  readonly minor: string;
  readonly text: string;
}

function pin(version: string): Pinned {
  const list = parse(readFileSync(join(moduleFolder(version), roles), "utf8")) as {
    items: ClusterRoleObject[];
  };
  const [admin, edit, view] = (["admin", "edit", "view"] as const).map((name) => aggregate(list.items, name));
  return { minor: version.split(".")[1]!, text: `${JSON.stringify({ admin, edit, view })}\n` };
}

function moduleFolder(version: string): string {
  process.stderr.write(`k8s.io/kubernetes v${version}\n`);
  const answer = execFileSync("go", ["mod", "download", "-json", `k8s.io/kubernetes@v${version}`], {
    cwd: tmpdir(),
  });
  return (JSON.parse(answer.toString()) as { Dir: string }).Dir;
}

/** Minors with the same rules share one file, called as the first of them. */
function fileOf(pinned: Pinned, all: readonly Pinned[]): string {
  return `kubernetes-1.${all.find(({ text }) => text === pinned.text)!.minor}.json`;
}

function loaders(all: readonly Pinned[]): string {
  const lines = all.map(
    (pinned) => `  ${pinned.minor}: () => import("./${fileOf(pinned, all)}", { with: { type: "json" } }),`,
  );
  return [
    "// Written by scripts/pin-cluster-roles.ts from Kubernetes' bootstrap ClusterRoles of:",
    `// ${versions.join(", ")}. Do not edit.`,
    "",
    "/** The rules of admin, edit and view by minor of Kubernetes 1.x; each file is read only when it is asked for. */",
    "export const pinnedRoles = {",
    ...lines,
    "} as const;",
    "",
  ].join("\n");
}

const all = versions.map(pin);
for (const file of readdirSync(folder)) if (file.endsWith(".json")) rmSync(join(folder, file));
for (const pinned of all) writeFileSync(join(folder, fileOf(pinned, all)), pinned.text);
writeFileSync(join(folder, "pinned-roles.ts"), loaders(all));
