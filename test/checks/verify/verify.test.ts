import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandResult, type Kubectl, kubectlFor, run } from "../../cluster/kubectl.ts";
import { createNode } from "../../cluster/nodes.ts";
import { type ControlPlane, startControlPlane } from "../../cluster/start.ts";

// A control plane of its own: guards hold for a whole cluster, and here they are taken away.
let plane: ControlPlane;
let kubectl: Kubectl;

const mtenant = (...args: string[]): Promise<CommandResult> =>
  run(process.execPath, ["bin/mtenant.js", ...args, "--kubeconfig", plane.kubeconfig], "", {
    PATH: process.env.PATH,
    HOME: "/nonexistent",
  });

beforeAll(async () => {
  plane = await startControlPlane();
  kubectl = kubectlFor(plane.kubectl, plane.kubeconfig);
  await createNode(kubectl, "verify-1");
  const people = [
    "--owner-group",
    "team-admins",
    "--developer-group",
    "team-devs",
    "--viewer-group",
    "team-eyes",
  ];
  const team = await mtenant("create", "team", ...people, "--node", "verify-1", "--yes");
  expect(team.code, team.stderr).toBe(0);
  const other = await mtenant("create", "other", "--owner-group", "others", "--nodes", "Shared", "--yes");
  expect(other.code, other.stderr).toBe(0);
});
afterAll(() => plane?.stop());

async function healthy(): Promise<void> {
  const result = await mtenant("verify", "team");
  expect(result.code, result.stdout + result.stderr).toBe(0);
}

test("a tenant as rendered holds against every attack, and nothing is left of them", async () => {
  const all = [
    "get",
    "all,configmaps,secrets,roles,rolebindings,networkpolicies",
    "-n",
    "team",
    "-o",
    "name",
  ];
  const before = await kubectl(all);
  const result = await mtenant("verify", "team", "-o", "json");
  const { tenants } = JSON.parse(result.stdout) as {
    tenants: { findings: { id: string; verdict: string }[] }[];
  };
  const findings = tenants.flatMap((each) => each.findings);
  expect(findings.length).toBeGreaterThan(150);
  expect(findings.filter(({ verdict }) => verdict !== "pass")).toEqual([]);
  expect(result.code, result.stderr).toBe(0);
  expect(await kubectl(all)).toEqual(before);
});

const patchOf = (kind: string, name: string, patch: object, type = "merge"): string[] => [
  "patch",
  kind,
  name,
  "-n",
  "team",
  "--type",
  type,
  "-p",
  JSON.stringify(patch),
];

interface Weakening {
  readonly title: string;
  readonly weaken: readonly (readonly string[])[];
  readonly names: RegExp;
  /** How to mend what `create` does not take away: what is somebody else's. */
  readonly undo?: readonly (readonly string[])[];
}

const weakenings: readonly Weakening[] = [
  {
    title: "a RoleBinding is added",
    weaken: [["create", "rolebinding", "friends", "-n", "team", "--clusterrole=view", "--group=strangers"]],
    names: /RoleBinding team\/friends/,
    undo: [["delete", "rolebinding", "friends", "-n", "team"]],
  },
  {
    title: "a NetworkPolicy is deleted",
    weaken: [["delete", "networkpolicy", "mtenant-default-deny", "-n", "team"]],
    names: /NetworkPolicy team\/mtenant-default-deny/,
  },
  {
    title: "the tenant label of the namespace is changed",
    weaken: [["label", "namespace", "team", "mtenant.dev/tenant=other", "--overwrite"]],
    names: /Namespace team/,
  },
  {
    title: "the quota is lifted",
    weaken: [patchOf("resourcequota", "mtenant", { spec: { hard: { pods: "100k" } } })],
    names: /ResourceQuota team\/mtenant/,
  },
  {
    title: "a guard's binding is removed",
    weaken: [["delete", "validatingadmissionpolicybinding", "mtenant-pods"]],
    names: /ValidatingAdmissionPolicyBinding mtenant-pods/,
  },
  {
    title: "a Role is widened",
    weaken: [
      patchOf(
        "role",
        "mtenant-owner",
        [
          {
            op: "add",
            path: "/rules/-",
            value: { apiGroups: [""], resources: ["resourcequotas"], verbs: ["*"] },
          },
        ] as never,
        "json",
      ),
    ],
    names: /Role team\/mtenant-owner/,
  },
  {
    title: "a NetworkPolicy allows all egress",
    weaken: [patchOf("networkpolicy", "mtenant-default-deny", { spec: { egress: [{}] } })],
    names: /NetworkPolicy team\/mtenant-default-deny/,
  },
  {
    title: "Pod Security is off",
    weaken: [["label", "namespace", "team", "pod-security.kubernetes.io/enforce-"]],
    names: /H1-privileged|Namespace team/,
  },
  {
    title: "the taint of a node is removed",
    weaken: [["taint", "node", "verify-1", "mtenant.dev/tenant-"]],
    names: /Node verify-1/,
  },
  {
    title: "a ServiceAccount of the namespace has rights in the cluster",
    weaken: [
      ["create", "serviceaccount", "robot", "-n", "team"],
      ["create", "clusterrolebinding", "robot", "--clusterrole=edit", "--serviceaccount=team:robot"],
    ],
    names: /ClusterRoleBinding robot/,
    undo: [
      ["delete", "clusterrolebinding", "robot"],
      ["delete", "serviceaccount", "robot", "-n", "team"],
    ],
  },
];

// Each begins with the healthy state that the one before it ends with; the first test proves the first.
describe("a tenant weakened by hand", { timeout: 180_000 }, () => {
  test.each(weakenings)(
    "$title: verify names it, diff says so, and it can be mended",
    async ({ weaken, names, undo = [] }) => {
      for (const args of weaken) await kubectl([...args]);
      const verified = await mtenant("verify", "team");
      expect(verified.stdout).toMatch(names);
      expect(verified.stdout).toMatch(/breach/);
      expect(verified.code, verified.stdout + verified.stderr).toBe(1);
      const differs = await mtenant("diff", "team");
      expect(differs.code).toBe(1);
      expect(differs.stdout).toMatch(names);
      expect(differs.stdout).toMatch(/wider than the spec|foreign, widens/);
      for (const args of undo) await kubectl([...args]);
      const mended = await mtenant("create", "team", "--yes");
      expect(mended.code, mended.stdout + mended.stderr).toBe(0);
      await healthy();
    },
  );
});

test("without the right to impersonate it says which rights are missing, and judges nothing", async () => {
  await kubectl(["create", "clusterrole", "read-all", "--verb=get,list,watch", "--resource=*.*"]);
  await kubectl(["create", "clusterrolebinding", "readers", "--clusterrole=read-all", "--group=readers"]);
  const groups = ["--as-group", "readers", "--as-group", "system:authenticated"];
  const result = await mtenant("verify", "team", "--as", "reader", ...groups);
  expect(result.stderr).toMatch(/impersonate groups "team-admins"/);
  expect(result.code).toBe(3);
  expect(result.stdout).toBe("");
});

test("JUnit and SARIF have what their readers require", async () => {
  await kubectl(["delete", "networkpolicy", "mtenant-dns", "-n", "team"]);
  const junit = await mtenant("verify", "team", "-o", "junit");
  expect(junit.stdout).toMatch(
    /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites>\n {2}<testsuite name="team" tests="\d+" failures="1"/,
  );
  expect(junit.stdout).toMatch(/<failure message="it does not exist">/);
  const sarif = JSON.parse((await mtenant("verify", "team", "-o", "sarif")).stdout) as Record<string, never>;
  expect(sarif).toMatchObject({
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "mtenant" } },
        results: [
          { ruleId: "wall", level: "error", message: { text: expect.stringContaining("mtenant-dns") } },
        ],
      },
    ],
  });
  expect((await mtenant("create", "team", "--yes")).code).toBe(0);
});
