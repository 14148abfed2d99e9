import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { mustSucceed } from "../cluster/kubectl.ts";
import { start, startOnTerminal, whole, type Ended } from "./process.ts";
import { namesFor, specFolder } from "./specs.ts";
import { ownCluster } from "./own-cluster.ts";

vi.setConfig({ testTimeout: 300_000 });

// A control plane of its own: everything in it is counted before and after.
const { plane, kubectl, folder } = await ownCluster();

const connected = (args: readonly string[]): string[] => [...args, "--kubeconfig", plane.kubeconfig];
const mtenant = (...args: string[]): Promise<Ended> => whole(start(connected(args)));

async function done(...args: string[]): Promise<Ended> {
  const ended = await mtenant(...args);
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  return ended;
}

const must = (args: readonly string[], input?: object): Promise<string> => mustSucceed(kubectl, args, input);

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

/** Every object with its resourceVersion: what a run that writes nothing leaves as it is. */
async function everyVersion(): Promise<string> {
  const kinds = linesOf(await must(["api-resources", "--verbs=list", "-o", "name"]));
  const stable = kinds.filter((kind) => !/^(events|leases|componentstatuses)/.test(kind));
  const columns =
    "custom-columns=K:.kind,NS:.metadata.namespace,N:.metadata.name,R:.metadata.resourceVersion";
  return must(["get", stable.join(","), "-A", "--no-headers", "-o", columns]);
}

test("150 tenants are one run: a line for each, what matters in full, and one sum at the end", async () => {
  const before = await everyObject(kubectl);
  const names = namesFor("crowd", 150);
  const dir = await specFolder(join(folder, "crowd"), names);

  const untouched = await everyVersion();
  const planned = await mtenant("diff", "-f", dir);
  expect(planned.code).toBe(1);
  expect(linesOf(planned.stdout)).toEqual([
    expect.stringMatching(/^on \S+ \(https:\S+\)$/),
    expect.stringMatching(/^cluster {2}\d+ to create$/),
    ...names.map((name) => `tenant ${name}  12 to create, 1 to amend`),
    expect.stringMatching(/^Plan: \d+ to create, 150 to amend \(-v shows every object\)$/),
  ]);
  const verbose = await mtenant("diff", "-f", dir, "-v");
  expect(verbose.stdout).toContain("  + Namespace crowd-149\n");
  expect(linesOf(verbose.stdout).length).toBeGreaterThan(150 * 13);
  expect(await everyVersion()).toBe(untouched);

  const created = await done("create", "-f", dir, "--yes");
  expect(linesOf(created.stdout).at(-1)).toBe("151 of 151 done");
  expect(created.stderr).toMatch(/^151 of 151: tenant crowd-\d+ done$/m);
  expect(created.stderr).toContain(
    `Next: mtenant diff -f ${dir} --kubeconfig ${plane.kubeconfig} shows drift later.`,
  );
  expect((await done("create", "-f", dir, "--yes")).stdout).toBe(
    "Nothing to do: every object of every tenant is as its spec says.\n",
  );

  const open = ["networkpolicy", "mtenant-default-deny", "-n", "crowd-007", "--type=merge"];
  await must(["patch", ...open, "-p", '{"spec":{"ingress":[{}]}}']);
  await must(["create", "rolebinding", "door", "-n", "crowd-100", "--clusterrole=admin", "--user=eve"]);
  const drifted = await everyVersion();
  const drift = await mtenant("diff", "-f", dir);
  expect(drift.code).toBe(1);
  expect(drift.stdout).toMatch(
    /^tenant crowd-007 {2}1 to change\n {2}~ NetworkPolicy crowd-007\/mtenant-default-deny.*\n.*wider.*\n.*ingress.*kubectl-patch/m,
  );
  expect(drift.stdout).toMatch(
    /^tenant crowd-100 {2}1 foreign\n {2}\? RoleBinding crowd-100\/door {2}foreign, widens/m,
  );
  expect(linesOf(drift.stdout).filter((line) => line.endsWith("no difference"))).toHaveLength(149);
  expect(drift.stderr).toContain("Foreign objects are not mtenant's");
  expect(await everyVersion()).toBe(drifted);
  await must(["delete", "rolebinding", "door", "-n", "crowd-100"]);
  await done("create", "-f", dir, "--yes");

  const removed = await done("delete", "-f", dir, "--confirm=150 tenants");
  expect(linesOf(removed.stdout).filter((line) => line.startsWith("tenant "))).toHaveLength(150);
  expect(linesOf(removed.stdout).at(-1)).toBe("151 of 151 done");
  expect(created.stderr + removed.stderr).not.toContain("Warning"); // Node.js' own, of a leak that is none
  expect(removed.stderr).toMatch(/none has an object that names crowd-000, .* and 140 more\.$/m);
  expect(await everyObject(kubectl)).toEqual(before);
}, 600_000);

test("what cannot be as wanted is named for every tenant, and stops the run before the first write", async () => {
  await must(["create", "namespace", "taken-003"]);
  await must(["create", "namespace", "taken-005"]);
  const dir = await specFolder(join(folder, "taken"), namesFor("taken", 8));
  const before = await everyVersion();
  const refused = await mtenant("create", "-f", dir, "--yes");
  expect(refused.code).toBe(4);
  expect(refused.stderr).toMatch(
    /tenant taken-003, tenant taken-005: 2 objects cannot be as wanted; nothing was changed/,
  );
  expect(refused.stderr).toMatch(/Namespace taken-003: it exists[^]*Namespace taken-005: it exists/);
  expect(await everyVersion()).toBe(before);
  await must(["delete", "namespace", "taken-003", "taken-005"]);
});

test("a tenant that fails does not stop the others, is named with its reason, and a rerun brings it", async () => {
  const dir = await specFolder(join(folder, "mixed"), namesFor("mixed", 8));
  await refuseLimitRangesIn("mixed-002");
  const partly = await mtenant("create", "-f", dir, "--yes");
  expect(partly.code, partly.stderr).toBe(6);
  expect(partly.stdout).toMatch(/✗ tenant mixed-002: \d+ of 13 changes done/);
  expect(partly.stdout).toMatch(/create LimitRange mixed-002\/mtenant\n.*no limits here/);
  expect(partly.stdout).toMatch(/not reached: \d+ changes?/);
  expect(linesOf(partly.stdout).at(-1)).toBe("8 of 9 done; not done: tenant mixed-002");
  expect(partly.stderr).toMatch(/Next: mend what is named above, then run the same command again/);
  expect(await must(["get", "rolebindings", "-n", "mixed-002", "-o", "name"])).toBe("");

  await must(["delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", "no-limits"]);
  await vi.waitFor(() => done("create", "-f", dir, "--yes"), { timeout: 60_000, interval: 500 });
  await done("diff", "-f", dir);
  await done("delete", "-f", dir, "--yes");
});

test("what others do between the plan and the agreement is noticed, and stops only the tenant it concerns", async () => {
  const dir = await specFolder(join(folder, "between"), namesFor("between", 8));
  const older = await specFolder(join(folder, "older"), ["between-001", "between-002"]);
  await done("create", "-f", older, "--yes");
  for (const name of ["between-001", "between-002"]) {
    await must(["label", "namespace", name, "pod-security.kubernetes.io/enforce=baseline", "--overwrite"]);
  }

  const running = await startOnTerminal(connected(["create", "-f", dir]), { env: { NO_COLOR: "1" } });
  await running.sees(/\(y\/N\)/);
  // Somebody creates one, deletes another, and puts another object of the same name in the place of a third.
  await must(["create", "namespace", "between-000"]);
  await must(["delete", "namespace", "between-001", "between-002"]);
  await must(["create", "namespace", "between-002"]);
  running.type("y\r");
  expect(await running.ended, running.stdout).toBe(6);
  expect(running.stdout).toMatch(
    /6 of 9 done; not done: tenant between-000, tenant between-001, tenant between-002/,
  );
  expect(running.stdout).toMatch(/create Namespace between-000\r\n.*somebody else created it/);
  expect(running.stdout).toMatch(/update Namespace between-001\r\n.*it changed since the plan was made/);
  expect(running.stdout).toMatch(/update Namespace between-002\r\n.*it changed since the plan was made/);
  const theirs = JSON.parse(
    await must(["get", "namespaces", "between-000", "between-002", "-o", "json"]),
  ) as {
    items: { metadata: { labels: Record<string, string> } }[];
  };
  expect(theirs.items.map(({ metadata }) => Object.keys(metadata.labels))).toEqual([
    ["kubernetes.io/metadata.name"],
    ["kubernetes.io/metadata.name"],
  ]);

  expect((await mtenant("create", "-f", dir, "--yes")).code).toBe(4);
  await must(["delete", "namespace", "between-000", "between-002"]);
  await done("create", "-f", dir, "--yes");
  await done("diff", "-f", dir);
  await done("delete", "-f", dir, "--yes");
});

/** An admission policy of the platform's own that refuses every LimitRange in one namespace. Returns when it is live. */
async function refuseLimitRangesIn(namespace: string): Promise<void> {
  const admission = { apiVersion: "admissionregistration.k8s.io/v1", metadata: { name: "no-limits" } };
  const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["limitranges"] };
  const expression = `object.metadata.namespace != '${namespace}'`;
  const policy = {
    matchConstraints: { resourceRules: [rule] },
    validations: [{ expression, message: "no limits here" }],
  };
  const binding = { policyName: "no-limits", validationActions: ["Deny"] };
  await must(["create", "-f", "-"], { ...admission, kind: "ValidatingAdmissionPolicy", spec: policy });
  await must(["create", "-f", "-"], {
    ...admission,
    kind: "ValidatingAdmissionPolicyBinding",
    spec: binding,
  });
  await must(["create", "namespace", namespace]);
  const probe = { apiVersion: "v1", kind: "LimitRange", metadata: { name: "probe", namespace } };
  const input = JSON.stringify({ ...probe, spec: { limits: [] } });
  await vi.waitFor(
    async () => {
      const asked = await kubectl(["create", "--dry-run=server", "-f", "-"], { input });
      expect(asked.stderr).toContain("no limits here");
    },
    { timeout: 60_000, interval: 200 },
  );
  await must(["delete", "namespace", namespace]);
}
