import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { type Kubectl } from "../cluster/kubectl.ts";
import type { ControlPlane } from "../cluster/start.ts";
import { startOwnCluster } from "./own-cluster.ts";
import { type Ended, type RunOptions, start, startOnTerminal, whole } from "./process.ts";

vi.setConfig({ testTimeout: 240_000 });

// A control plane of its own: what is planted here shows in every tenant's plan.
let plane: ControlPlane;
let kubectl: Kubectl;
let folder: string;

/** Sets the title of the window, goes back to the start of the line, begins a line as ours, colours it, reverses it. */
const EVIL = "\u001b]0;owned\u0007\r\nerror: all is well \u009b31m\u202e\u200b";
const SHOWN = "\\u001b]0;owned\\u0007\\u000d\\nerror: all is well \\u009b31m\\u202e\\u200b";
const rbac = { apiVersion: "rbac.authorization.k8s.io/v1" };
const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" };
const group = { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "hostile-owners" };

beforeAll(async () => {
  const own = await startOwnCluster();
  ({ plane, kubectl, folder } = own);
  return own.stop;
});
beforeAll(async () => {
  const created = await mtenant(["create", ...tenant, "--yes"]);
  expect(created.code, created.stdout + created.stderr).toBe(0);
  await plantObjects();
  await plantPolicy();
});

const tenant = ["hostile", "--owner-group", "hostile-owners", "--nodes", "Shared"];
const mtenant = (args: readonly string[], options?: RunOptions): Promise<Ended> =>
  whole(start([...args, "--kubeconfig", plane.kubeconfig], options));

async function plant(object: object): Promise<void> {
  const { code, stderr } = await kubectl(["create", "-f", "-"], { input: JSON.stringify(object) });
  expect(code, stderr).toBe(0);
}

/** Kubernetes checks the names of most kinds; those of RBAC, values of annotations and messages may be any text. */
async function plantObjects(): Promise<void> {
  const inside = { name: EVIL, namespace: "hostile", finalizers: ["example.com/keep"] };
  await plant({
    ...rbac,
    kind: "RoleBinding",
    metadata: inside,
    roleRef,
    subjects: [{ ...group, name: EVIL }],
  });
  const rules = [{ apiGroups: ["example.com"], resources: [EVIL], verbs: ["get", EVIL] }];
  const labels = { "rbac.authorization.k8s.io/aggregate-to-admin": "true" };
  await plant({ ...rbac, kind: "ClusterRole", metadata: { name: EVIL, labels }, rules });
  await plant({ ...rbac, kind: "ClusterRoleBinding", metadata: { name: EVIL }, roleRef, subjects: [group] });
  const patch = JSON.stringify({ metadata: { annotations: { "mtenant.dev/node-selector": EVIL } } });
  const patched = await kubectl(["patch", "namespace", "hostile", "--type=merge", "-p", patch]);
  expect(patched.code, patched.stderr).toBe(0);
}

/** Refuses the quotas of one namespace that does not exist yet, in words of its own. */
async function plantPolicy(): Promise<void> {
  const admission = { apiVersion: "admissionregistration.k8s.io/v1", metadata: { name: "speaks" } };
  const rule = {
    apiGroups: [""],
    apiVersions: ["v1"],
    operations: ["CREATE"],
    resources: ["resourcequotas"],
  };
  await plant({
    ...admission,
    kind: "ValidatingAdmissionPolicy",
    spec: {
      matchConstraints: { resourceRules: [rule] },
      validations: [
        {
          expression: "object.metadata.namespace != 'refused'",
          messageExpression: JSON.stringify(EVIL.replace("\n", " ")),
        },
      ],
    },
  });
  const spec = { policyName: "speaks", validationActions: ["Deny"] };
  await plant({ ...admission, kind: "ValidatingAdmissionPolicyBinding", spec });
}

/** Nothing but text: no character that acts on a terminal, and no line that somebody else began. */
function expectText({ stdout, stderr }: Ended): void {
  expect(stdout + stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  expect(stdout + stderr).not.toMatch(/^error: all is well/m);
}

test.for([
  [["diff", "hostile"], 1, [`RoleBinding hostile/${SHOWN}  foreign, widens`, `ClusterRoleBinding ${SHOWN}`]],
  [["diff", "hostile", "-v"], 1, [`node-selector: "`]],
  [["list"], 0, ["hostile"]],
  [["role", "explain"], 0, [`${SHOWN}.example.com`]],
  [["doctor"], 3, ["network-policies: "]],
  [["delete", "hostile"], 2, [`blocks: RoleBinding hostile/${SHOWN} waits for example.com/keep`]],
  [["create", "refused", ...tenant.slice(1), "--yes"], 6, ["all is well \\u009b31m\\u202e\\u200b"]],
] as const)("%j shows what others wrote, and does not obey it", async ([args, code, shown]) => {
  const ended = await mtenant(args);
  expect(ended.code, ended.stdout + ended.stderr).toBe(code);
  for (const each of shown) expect(ended.stdout + ended.stderr).toContain(each);
  expectText(ended);
});

test.for([
  [["diff", "hostile", "-o", "json"], 1],
  [["role", "explain", "-o", "json"], 0],
  [["doctor", "-o", "json"], 3],
  [["delete", "hostile", "-o", "json"], 2],
] as const)("%j is data with the very text, and obeys it as little", async ([args, code]) => {
  const ended = await mtenant(args);
  expect(ended.code, ended.stderr).toBe(code);
  expectText(ended);
  expect(JSON.stringify(JSON.parse(ended.stdout))).toContain(JSON.stringify(EVIL).slice(1, -1));
});

test("in colour nothing is obeyed but the colours of mtenant itself", async () => {
  const ended = await mtenant(["diff", "hostile"], { env: { FORCE_COLOR: "1" } });
  expect(ended.stdout).toContain("\u001b[35m");
  // oxlint-disable-next-line no-control-regex
  expectText({ ...ended, stdout: ended.stdout.replaceAll(/\u001b\[(?:1|2|22|31|32|33|35|39)m/g, "") });
});

test("the name of a context cannot draw into the question", async () => {
  const config = JSON.parse(await readFile(plane.kubeconfig, "utf8")) as {
    contexts: { name: string }[];
    "current-context": string;
  };
  for (const context of config.contexts) context.name = EVIL;
  config["current-context"] = EVIL;
  const kubeconfig = join(folder, "evil.kubeconfig");
  await writeFile(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  const running = await startOnTerminal(["create", "asked", ...tenant.slice(1), "--kubeconfig", kubeconfig], {
    env: { NO_COLOR: "1" },
    columns: 300,
  });
  await running.sees(/\(y\/N\)/);
  running.type("n\r");
  expect(await running.ended).toBe(2);
  expect(running.stdout).toContain(`Go ahead on ${SHOWN} (https:`);
  expect(running.stdout).not.toContain("\u001b]0;");
  expect(running.stdout).not.toMatch(/^error: all is well/m);
});
