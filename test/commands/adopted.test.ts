import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { type CommandResult, mustSucceed } from "../cluster/kubectl.ts";
import { tenantText } from "../tenant/spec.ts";
import { inProcess } from "./in-process.ts";
import { ownCluster } from "./own-cluster.ts";

// A control plane of its own: the last delete takes the guards away, which other test files may need.
const { plane, kubectl, folder } = await ownCluster();

const mtenant = (...args: string[]): Promise<CommandResult> =>
  inProcess(...args, "--kubeconfig", plane.kubeconfig);

const must = (...args: string[]): Promise<string> => mustSucceed(kubectl, args);

/** A spec file of a tenant with these namespaces, on nodes that are shared. */
async function specOf(name: string, namespaces: string): Promise<string> {
  const file = join(folder, `${name}.yaml`);
  const owner = `{kind: Group, name: ${name}-owners, role: Owner}`;
  await writeFile(
    file,
    tenantText(name, `namespaces: [${namespaces}]\nsubjects: [${owner}]\nnodes: {mode: Shared}`),
  );
  return file;
}

async function create(file: string, ...flags: string[]): Promise<void> {
  const created = await mtenant("create", "-f", file, ...flags, "--yes");
  expect(created.code, created.stdout + created.stderr).toBe(0);
}

/** The labels and annotations of a namespace, as JSON text. */
async function marksOf(namespace: string): Promise<string> {
  return must("get", "namespace", namespace, "-o", "jsonpath={.metadata.labels}{.metadata.annotations}");
}

describe("existing: true", () => {
  test("that is left out later is refused, and the namespace outlives its tenant", async () => {
    await must("create", "namespace", "legacy");
    await must("create", "configmap", "theirs", "-n", "legacy");
    await create(await specOf("older", "{name: older}, {name: legacy, existing: true}"));
    const before = await everyObject(kubectl);

    const dropped = await specOf("older", "{name: older}, {name: legacy}");
    for (const args of [["diff"], ["create", "--yes"]]) {
      const { code, stdout, stderr } = await mtenant(...args, "-f", dropped);
      expect(stdout).toMatch(/! Namespace legacy {2}refuse\n.*existing: true/);
      expect(stderr).toMatch(/change nothing|nothing was changed/);
      expect(code).toBe(4);
    }
    expect(await everyObject(kubectl)).toEqual(before);

    const deleted = await mtenant("delete", "older", "--yes");
    expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
    expect(await must("get", "configmap", "theirs", "-n", "legacy", "-o", "name")).toBe("configmap/theirs\n");
  });

  test("that is stated later makes a namespace of mtenant's stay, without a trace of mtenant", async () => {
    await create(await specOf("younger", "{name: younger}, {name: kept}"));
    expect(await marksOf("kept")).toMatch(/mtenant/);
    await create(await specOf("younger", "{name: younger}, {name: kept, existing: true}"));
    await must("create", "configmap", "theirs", "-n", "kept");

    const deleted = await mtenant("delete", "younger", "--yes");
    expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
    expect(deleted.stderr).toMatch(/Nothing is left: /);
    expect(await must("get", "configmap", "theirs", "-n", "kept", "-o", "name")).toBe("configmap/theirs\n");
    expect(await marksOf("kept")).toBe('{"kubernetes.io/metadata.name":"kept"}');
  });

  test("from the start restores what was there before", async () => {
    await must("create", "namespace", "found");
    await must("label", "namespace", "found", "pod-security.kubernetes.io/enforce=baseline", "team=a");
    const before = await marksOf("found");
    await create(await specOf("adopting", "{name: found, existing: true}"), "--force-conflicts");
    expect(await marksOf("found")).toMatch(/"pod-security.kubernetes.io\/enforce":"restricted"/);
    const deleted = await mtenant("delete", "adopting", "--yes");
    expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
    expect(await marksOf("found")).toBe(before);
  });
});

test("only a change that narrows what is live is called one that mends it", async () => {
  await create(await specOf("levels", "{name: levels}"));
  const widening = await mtenant(
    "diff",
    "-f",
    await specOf("levels", "{name: levels, podSecurity: baseline}"),
  );
  expect(widening.stdout).toMatch(/~ Namespace levels {2}widens\n.*enforce: "restricted" → "baseline"/s);
  expect(widening.stdout).not.toContain("mends");
  await must("label", "--overwrite", "namespace", "levels", "pod-security.kubernetes.io/enforce=baseline");
  const narrowing = await mtenant("diff", "-f", await specOf("levels", "{name: levels}"));
  expect(narrowing.stdout).toMatch(
    /~ Namespace levels {2}narrows\n +what is live is wider than the spec; this/,
  );
});

describe("what an adopted namespace brings along", () => {
  const v1 = (kind: string, name: string, fields: object, annotations: object = {}): object => ({
    apiVersion: "v1",
    kind,
    metadata: { name, namespace: "brought", annotations },
    ...fields,
  });
  const pod = (name: string, spec: object, securityContext: object = {}): object =>
    v1("Pod", name, {
      spec: { ...spec, containers: [{ name: "c", image: "example.com/c", securityContext, resources }] },
    });
  const amount = { cpu: "1m", memory: "1Mi" };
  const resources = { requests: amount, limits: amount };
  const service = (name: string, spec: object): object =>
    v1("Service", name, { spec: { ...spec, ports: [{ port: 80 }] } });
  const role = { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/r" };
  const token = { type: "kubernetes.io/service-account-token" };
  const openings: readonly object[] = [
    pod("root", { hostPID: true }, { privileged: true }),
    pod("files", { volumes: [{ name: "h", hostPath: { path: "/" } }] }),
    pod("net", { hostNetwork: true }),
    pod("caps", {}, { capabilities: { add: ["SYS_ADMIN"] } }),
    service("ports", { type: "NodePort" }),
    service("ips", { externalIPs: ["192.0.2.1"] }),
    service("elsewhere", { type: "ExternalName", externalName: "example.com" }),
    v1("ServiceAccount", "cloud", {}, role),
    v1("Secret", "token", token, { "kubernetes.io/service-account.name": "default" }),
  ];
  const harmless: readonly object[] = [
    pod("plain", {}),
    service("inside", {}),
    v1("ServiceAccount", "robot", {}, { team: "a" }),
    v1("Secret", "password", { type: "Opaque" }),
  ];
  const named = (objects: readonly object[]): string[] =>
    objects.map((object) => {
      const { kind, metadata } = object as { kind: string; metadata: { name: string } };
      return `${kind} brought/${metadata.name}`;
    });
  const make = (objects: readonly object[], ...how: string[]): Promise<CommandResult> =>
    kubectl(["create", ...how, "-f", "-"], {
      input: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
    });
  const foreignIn = (stdout: string): string[] =>
    [...stdout.matchAll(/^ {2}\? (.*) {2}foreign, widens$/gm)].map(([, name]) => name ?? "").sort();

  test("is named before anything changes when its tenant could not make it, and so it is afterwards", async () => {
    await must("create", "namespace", "brought");
    const made = await make([...openings, ...harmless]);
    expect(made.code, made.stderr).toBe(0);
    const file = await specOf("brings", "{name: brought, existing: true, podSecurity: baseline}");
    const before = await everyObject(kubectl);
    const planned = await mtenant("diff", "-f", file);
    expect(foreignIn(planned.stdout)).toEqual(named(openings).sort());
    expect(planned.stdout).toMatch(/Pod brought\/root .*\n.*: privileged, hostPID/);
    expect(planned.stdout).not.toContain("eyJ");
    expect(await everyObject(kubectl)).toEqual(before);
    await create(file);
    const drift = await mtenant("diff", "-f", file);
    expect(foreignIn(drift.stdout)).toEqual(named(openings).sort());
    expect(drift.code).toBe(1);
  });

  test("is what the guards and Pod Security refuse by now, and no more", async () => {
    const owner = ["--dry-run=server", "--as=ann", "--as-group=brings-owners"];
    const copies = (objects: readonly object[]): object[] =>
      objects.map((object) => {
        const { metadata } = object as { metadata: { name: string } };
        return { ...object, metadata: { ...metadata, name: `${metadata.name}-2` } };
      });
    for (const copy of copies(openings)) {
      const { code, stderr } = await make([copy], ...owner);
      expect([code, stderr], JSON.stringify(copy)).toEqual([1, expect.stringMatching(/forbidden|denied/i)]);
    }
    const { code, stderr } = await make(copies(harmless), ...owner);
    expect(code, stderr).toBe(0);
  });
});

test("a namespace with planted workloads is given back only when a person says so", async () => {
  const deployment = (name: string, spec: object, securityContext: object): object => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "planted" },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { ...spec, containers: [{ name: "c", image: "example.com/c", securityContext }] },
      },
    },
  });
  await must("create", "namespace", "planted");
  await create(await specOf("planter", "{name: planter}, {name: planted, existing: true}"));
  const items = [deployment("bomb", { hostPID: true }, { privileged: true }), deployment("plain", {}, {})];
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const made = await kubectl(["create", "-f", "-"], { input });
  expect(made.code, made.stderr).toBe(0);
  // Leaving the namespace out of the spec gives it back as well.
  for (const args of [
    ["delete", "planter"],
    ["create", "-f", await specOf("planter", "{name: planter}")],
  ]) {
    const { code, stderr } = await mtenant(...args, "--yes");
    expect(stderr).toMatch(/Deployment planted\/bomb: its pods: .*privileged, hostPID/);
    expect(stderr).not.toContain("planted/plain");
    expect(code).toBe(4);
  }
  expect(await marksOf("planted")).toContain('"pod-security.kubernetes.io/enforce":"restricted"');
  const deleted = await mtenant("delete", "planter", "--allow-unwalled", "--yes");
  expect(deleted.stderr).toMatch(/warning: Deployment planted\/bomb/);
  expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
});
