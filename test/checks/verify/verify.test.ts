import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CommandResult, Kubectl } from "../../cluster/kubectl.ts";
import { createNode } from "../../cluster/nodes.ts";
import { everyObject } from "../../cluster/everything.ts";
import { inProcess } from "../../commands/in-process.ts";
import { type OwnCluster, startOwnCluster } from "../../commands/own-cluster.ts";
import { weakenings } from "./weakened.ts";

// A control plane of its own: guards hold for a whole cluster, and here they are taken away.
let cluster: OwnCluster;
let kubectl: Kubectl;

const mtenant = (...args: string[]): Promise<CommandResult> =>
  inProcess(...args, "--kubeconfig", cluster.plane.kubeconfig);

async function done(...args: string[]): Promise<CommandResult> {
  const result = await mtenant(...args);
  expect(result.code, result.stdout + result.stderr).toBe(0);
  return result;
}

beforeAll(async () => {
  cluster = await startOwnCluster();
  kubectl = cluster.kubectl;
  await createNode(kubectl, "verify-1");
  const groups = [
    "--owner-group",
    "team-admins",
    "--developer-group",
    "team-devs",
    "--viewer-group",
    "team-eyes",
  ];
  await done("create", "team", ...groups, "--node", "verify-1", "--yes");
  await done("create", "other", "--owner-group", "others", "--nodes", "Shared", "--yes");
});
afterAll(() => cluster?.stop());

interface Finding {
  readonly id: string;
  readonly title: string;
  readonly verdict: string;
  readonly message: string;
  readonly neighbour?: string;
}

interface Verification {
  readonly cluster: { readonly findings: readonly Finding[] };
  readonly tenants: readonly {
    readonly tenant: string;
    readonly neighbours: { readonly tenants: readonly string[]; readonly of: number };
    readonly findings: readonly Finding[];
  }[];
}

async function verifyTeam(): Promise<{ readonly code: number; readonly findings: readonly Finding[] }> {
  const { code, stdout, stderr } = await mtenant("verify", "team", "-o", "json");
  expect(stdout, stderr).not.toBe("");
  const { cluster: shared, tenants } = JSON.parse(stdout) as Verification;
  return { code, findings: [...shared.findings, ...tenants.flatMap(({ findings }) => findings)] };
}

/** An attack is known by its id; the checks of objects by what they say. */
const keyOf = ({ id, title }: Finding): string =>
  title.startsWith("a tenant that") ? id : `${id}: ${title}`;

/** What has the verdict, each once. */
const having = (verdict: string, findings: readonly Finding[]): string[] => [
  ...new Set(findings.filter((each) => each.verdict === verdict).map(keyOf)),
];

/** What is no pass; of what cannot be told, only what may not be so. */
const caught = (findings: readonly Finding[], untold = /^$/): string[] =>
  [
    ...having("breach", findings).map((key) => `breach ${key}`),
    ...having("inconclusive", findings).flatMap((key) => (untold.test(key) ? [] : `inconclusive ${key}`)),
  ].sort();

let healthy: readonly Finding[];

test("a tenant as rendered holds against every attack, and nothing is left of them", async () => {
  const before = await everyObject(kubectl);
  const { code, findings } = await verifyTeam();
  healthy = findings;
  expect(findings.length).toBeGreaterThan(300);
  expect(caught(findings)).toEqual([]);
  expect(code).toBe(0);
  expect(await everyObject(kubectl)).toEqual(before);
});

// Each begins with the healthy state that the one before it ends with: whatever was not mended would be caught by the next.
describe("a tenant weakened by hand", { timeout: 180_000 }, () => {
  test.each(weakenings)(
    "$title: verify names it, diff says that it widens, and it can be mended",
    async (each) => {
      for (const args of each.weaken) await kubectl([...args]);
      let found: Awaited<ReturnType<typeof verifyTeam>> = { code: -1, findings: [] };
      // An API server follows a change of its guards within two seconds.
      await expect
        .poll(async () => caught((found = await verifyTeam()).findings, each.untold), {
          timeout: 60_000,
          interval: 500,
        })
        .toEqual([...each.caughtBy].sort());
      expect(found.findings.map(keyOf)).toEqual(expect.arrayContaining(healthy.map(keyOf)));
      // What cannot be told weighs more than a breach.
      expect(found.code).toBe(each.untold === undefined ? 1 : 3);
      if (each.diff !== undefined) {
        const differs = await mtenant("diff", "team");
        expect(differs.code).toBe(1);
        expect(differs.stdout).toMatch(each.diff);
        expect(differs.stdout).toMatch(/widens|wider than the spec/);
      }
      for (const args of each.undo ?? []) await kubectl([...args]);
      await done("create", "team", "--yes");
    },
  );

  test("and mended is as it was", async () => {
    await expect.poll(async () => caught((await verifyTeam()).findings), { timeout: 60_000 }).toEqual([]);
  });
});

describe("a tenant whose quota is full", { timeout: 180_000 }, () => {
  const untold = /^(A|H|N|S|T)\d/;

  test("its twins have passed every guard, which the real order of admission shows: all walls hold, and it is said", async () => {
    await kubectl(["create", "quota", "full", "-n", "team", "--hard=pods=0,services=0"]);
    await expect
      .poll(async () => (await kubectl(["get", "quota", "full", "-n", "team", "-o", "json"])).stdout, {
        timeout: 60_000,
      })
      .toMatch(/"status": \{\s*"hard"/);
    const { findings } = await verifyTeam();
    const waiting = findings.filter(({ message }) => message.includes("only the full quota refused it"));
    expect(waiting.length).toBeGreaterThan(50);
    // Only where the server's repair decides, the full quota hides it.
    const doubts = findings.filter(({ verdict }) => verdict === "inconclusive");
    expect(doubts.filter(({ message }) => !message.includes("what it repairs")).map(keyOf)).toEqual([]);
    expect(having("breach", findings)).toEqual([]);
  });

  test("and a guard that is gone is a breach all the same", async () => {
    await kubectl(["delete", "validatingadmissionpolicybinding", "mtenant-services"]);
    await expect
      .poll(async () => caught((await verifyTeam()).findings, untold), { timeout: 60_000, interval: 500 })
      .toEqual(
        expect.arrayContaining(["breach A19-external-ip", "breach A21-external-name", "breach N9-dns"]),
      );
    await kubectl(["delete", "quota", "full", "-n", "team"]);
    await done("create", "team", "--yes");
  });
});

test("a group with a role in two tenants is named as the cause of the breach", async () => {
  await done("create", "twin1", "--owner-group", "both", "--nodes", "Shared", "--yes");
  await done("create", "twin2", "--owner-group", "both", "--nodes", "Shared", "--yes");
  const { tenants } = await verification("twin1");
  const breaches = tenants.flatMap(({ findings }) => findings).filter(({ verdict }) => verdict === "breach");
  expect(breaches.map(({ id }) => id)).toEqual(expect.arrayContaining(["A1-pods"]));
  for (const { id, message, neighbour } of breaches) {
    expect(neighbour, id).toBe("twin2");
    expect(message, id).toMatch(/: Group both is Owner of twin2 too, by its spec$/);
  }
  for (const name of ["twin1", "twin2"]) await done("delete", name, "--yes");
});

test.each([
  ["deleting", {}, /nothing was verified: tenant other is being deleted: run mtenant delete other again/],
  [
    "creating",
    { holder: '{"id":"x","seconds":30}' },
    /tenant other is not whole yet: run mtenant create other again/,
  ],
])("a tenant whose record says %s is not attacked, and one line says why", async (phase, more, message) => {
  const record = ["configmap", "tenant.other", "-n", "mtenant-system", "--type", "merge", "-p"];
  const patch = (data: unknown) => kubectl(["patch", ...record, JSON.stringify({ data })]);
  await patch({ phase, ...more });
  try {
    const { code, stdout, stderr } = await mtenant("verify", "other", "-o", "json");
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    const all = await mtenant("verify", "--all", "--neighbours", "0");
    expect(all.stderr).toMatch(/not verified: tenant other is/);
    expect(all.stdout).toMatch(/tenant team/);
    expect(all.code).toBe(3);
  } finally {
    await patch({ phase: "ready", holder: null });
  }
});

test("walls that the spec leaves open for a time are told apart from breaches, and are no pass", async () => {
  await kubectl(["create", "namespace", "legacy"]);
  const file = join(cluster.folder, "legacy.yaml");
  const spec = `apiVersion: mtenant.dev/v1alpha1
kind: Tenant
metadata: {name: legacy}
spec:
  namespaces: [{name: legacy, existing: true, enforcement: {mode: Warn, until: "9999-12-31"}}]
  subjects: [{kind: Group, name: legacy-admins, role: Owner}]
  nodes: {mode: Shared}
`;
  await writeFile(file, spec);
  await done("create", "-f", file, "--yes");
  const { code, stdout } = await mtenant("verify", "legacy", "-o", "json");
  const { tenants } = JSON.parse(stdout) as Verification;
  const findings = tenants.flatMap((each) => each.findings);
  expect(caught(findings)).toEqual([]);
  const open = findings.filter(({ verdict }) => verdict === "open");
  expect(open.map(({ id }) => id)).toEqual(expect.arrayContaining(["H1-privileged", "A21-external-name"]));
  for (const { message } of open) expect(message).toMatch(/^open until 9999-12-31, as the spec says/);
  expect(code).toBe(1);
  await done("delete", "legacy", "--yes");
});

const verification = async (...args: string[]): Promise<Verification> => {
  const { stdout, stderr } = await mtenant("verify", "-o", "json", ...args);
  expect(stdout, stderr).not.toBe("");
  return JSON.parse(stdout) as Verification;
};

describe("of several tenants", () => {
  test("all are verified, each reaching for every other, and what they share is verified once", async () => {
    const all = await verification("--all");
    expect(all.tenants.map(({ tenant, neighbours }) => ({ tenant, neighbours }))).toEqual([
      { tenant: "other", neighbours: { tenants: ["team"], of: 1 } },
      { tenant: "team", neighbours: { tenants: ["other"], of: 1 } },
    ]);
    expect(all.cluster.findings.filter(({ id }) => id === "guard").length).toBeGreaterThan(10);
    for (const { tenant, findings } of all.tenants) {
      expect(findings.filter(({ id }) => id === "guard")).toEqual([]);
      const towards = all.tenants.find((each) => each.tenant !== tenant);
      const reached = findings.filter(({ id }) => id === "A1-secrets").map(({ neighbour }) => neighbour);
      expect(new Set(reached)).toEqual(new Set([towards?.tenant, "kube-system", "mtenant-system"]));
    }
  });

  test("those of the names are verified, with as many neighbours as were asked for", async () => {
    const { tenants } = await verification("other", "--neighbours", "0");
    expect(tenants.map(({ tenant, neighbours }) => ({ tenant, neighbours }))).toEqual([
      { tenant: "other", neighbours: { tenants: [], of: 1 } },
    ]);
  });

  test.each([
    [["nobody"], /there is no tenant "nobody"/],
    [["--all", "team"], /--all is every tenant/],
    [["team", "--neighbours", "some"], /neither a count nor all/],
    [[], /which tenant\?/],
  ])("%j is refused", async (args, message) => {
    const { code, stdout, stderr } = await mtenant("verify", ...args);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

test("the matrix of a role is what the server says, and the benchmark is answered", async () => {
  const { stdout } = await done("verify", "other", "--neighbours", "0", "-v");
  expect(stdout).toMatch(/^ +Owner in other, as mtenant-verify \(others, system:authenticated\)$/m);
  expect(stdout).toMatch(/^ +secrets +create delete get list patch update watch$/m);
  expect(stdout).toMatch(/^ +resourcequotas +get list watch$/m);
  expect(stdout).toMatch(/multi-tenancy benchmark: 19 of 25 pass, 5 deliberately not, 1 not applicable/);
  const { stdout: markdown } = await done("verify", "other", "--neighbours", "0", "-o", "markdown");
  expect(markdown).toMatch(/^\| ✅ other \| (\d+) of \1 \| 0 \| 0 \| 0 \|$/m);
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
