import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type CommandResult, type Kubectl, run } from "../cluster/kubectl.ts";
import { createNode } from "../cluster/nodes.ts";
import type { ControlPlane } from "../cluster/start.ts";
import { inProcess } from "./in-process.ts";
import { startOwnCluster } from "./own-cluster.ts";

// A control plane of its own: the last delete takes the guards away, which other test files may need.
let plane: ControlPlane;
let kubectl: Kubectl;
let folder: string;

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}
let rules: readonly Rule[];

beforeAll(async () => {
  const own = await startOwnCluster();
  ({ plane, kubectl, folder } = own);
  return own.stop;
});
beforeAll(async () => {
  await createNode(kubectl, "op-1");
  const printed = await mtenant("admin", "role", "operator", "-o", "json");
  rules = (JSON.parse(printed.stdout) as { rules: Rule[] }).rules;
  await grant("operator", rules);
  await writeFile(join(folder, "team.yaml"), spec);
  team = ["-f", join(folder, "team.yaml")];
  await kubectl(["create", "namespace", "before"]);
});

function mtenant(user: string, ...args: string[]): Promise<CommandResult> {
  const who = user === "admin" ? [] : ["--kubeconfig", plane.kubeconfig, "--as", user];
  return run(process.execPath, ["bin/mtenant.js", ...args, ...who]);
}

async function grant(user: string, granted: readonly Rule[]): Promise<void> {
  const api = "rbac.authorization.k8s.io";
  const metadata = { name: `test-${user}` };
  const role = { apiVersion: `${api}/v1`, kind: "ClusterRole", metadata, rules: granted };
  const binding = {
    apiVersion: `${api}/v1`,
    kind: "ClusterRoleBinding",
    metadata,
    roleRef: { apiGroup: api, kind: "ClusterRole", name: metadata.name },
    subjects: [{ apiGroup: api, kind: "User", name: user }],
  };
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: [role, binding] });
  const { code, stderr } = await kubectl(["create", "-f", "-"], { input: list });
  expect(stderr).toBe("");
  expect(code).toBe(0);
}

interface Lesser {
  readonly user: string;
  readonly verb: string;
  readonly resources: readonly string[];
  readonly rules: readonly Rule[];
}

/** The rules without one verb of one rule, for every verb of every rule. */
function lessers(): Lesser[] {
  return rules.flatMap((rule, at) =>
    rule.verbs.map((verb, nth) => ({
      user: `lesser-${at}-${nth}`,
      verb,
      resources: rule.resources,
      rules: rules.flatMap((other, index) => {
        const verbs = index === at ? other.verbs.filter((each) => each !== verb) : other.verbs;
        return verbs.length === 0 ? [] : [{ ...other, verbs }];
      }),
    })),
  );
}

/** Does the error name the missing right, in our words or in the server's? */
function names({ verb, resources }: Lesser, { code, stderr }: CommandResult): boolean {
  const what = resources.includes("*") ? "\\w+" : `(${resources.join("|")})`;
  return code === 3 && new RegExp(`\\b${verb} (resource ")?${what}\\b`).test(stderr);
}

async function inPairs<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all([worker(), worker(), worker()]);
}

/** A tenant with a node, a namespace of its own, and one that was there before: of that one every wall goes one by one. */
const spec = JSON.stringify({
  apiVersion: "mtenant.dev/v1alpha1",
  kind: "Tenant",
  metadata: { name: "team" },
  spec: {
    namespaces: [{ name: "team" }, { name: "before", existing: true }],
    subjects: [{ kind: "Group", name: "team-admins", role: "Owner" }],
    nodes: { mode: "Dedicated", pools: [{ name: "general", nodeNames: ["op-1"] }] },
  },
});
let team: readonly string[];

test("the printed role is enough for every command, and with any one verb less the error names the verb", async () => {
  const lesser = lessers();
  await inPairs(lesser, (each) => grant(each.user, each.rules));
  const unnamed = new Set(lesser);
  const attempt = async (...args: string[]): Promise<void> =>
    inPairs([...unnamed], async (each) => {
      const result = await inProcess(...args, "--kubeconfig", plane.kubeconfig, "--as", each.user);
      if (names(each, result)) unnamed.delete(each);
    });

  // Without --yes nothing is done: who lacks nothing is only not asked (exit code 2).
  expect((await mtenant("operator", "create", ...team)).stderr).toMatch(/--yes/);
  await attempt("create", ...team);

  const created = await mtenant("operator", "create", ...team, "--yes");
  expect(created.code, created.stdout + created.stderr).toBe(0);
  expect((await mtenant("operator", "diff", "team")).code).toBe(0);
  expect((await mtenant("operator", "list")).stdout).toMatch(/team\s+ready/);
  await kubectl(["delete", "networkpolicy", "mtenant-default-deny", "-n", "team"]);
  expect((await mtenant("operator", "create", "team", "--yes")).code).toBe(0);
  await attempt("delete", "team");
  await verifies();

  const deleted = await mtenant("operator", "delete", "team", "--yes");
  expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
  expect([...unnamed].map(({ verb, resources }) => `${verb} ${resources.join(",")}`)).toEqual([]);
}, 300_000);

/** verify acts as others, which only the role that is printed with --verify allows. */
async function verifies(): Promise<void> {
  const refused = await mtenant("operator", "verify", "team");
  expect(refused.stderr).toMatch(/impersonate groups[^]*mtenant role operator --verify prints/);
  expect(refused.stderr).toContain('you are user "operator" (--as)');
  expect(refused.code).toBe(3);
  const printed = await mtenant("admin", "role", "operator", "--verify", "-o", "json");
  await grant("verifier", (JSON.parse(printed.stdout) as { rules: Rule[] }).rules);
  const verified = await mtenant("verifier", "verify", "team");
  expect(verified.stderr).not.toContain("you lack");
  expect(verified.stdout).toMatch(/hold/);
}

test("who may nothing is told what is missing, and nothing is changed", async () => {
  const refused = await mtenant("nobody", "create", ...team, "--yes");
  expect(refused.stderr).toMatch(/cannot .*list/);
  expect(refused.code).toBe(3);
});

test("who may only look is told every right that is missing at once", async () => {
  await grant("reader", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list"] }]);
  const refused = await mtenant("reader", "create", ...team, "--yes");
  for (const right of [
    "create namespaces",
    "manage tenants.mtenant.dev",
    "patch nodes",
    "bind roles",
    "escalate roles",
  ])
    expect(refused.stderr).toContain(right);
  expect(refused.code).toBe(3);
  const look = ["diff", "other", "--owner-group", "g", "--nodes", "Shared"];
  expect((await mtenant("reader", ...look)).code).toBe(1);
});
