import { spawn } from "node:child_process";
import { everyObject } from "../cluster/everything.ts";
import { type Kubectl, kubectlFor } from "../cluster/kubectl.ts";
import { createNode } from "../cluster/nodes.ts";
import { type ControlPlane, startControlPlane } from "../cluster/start.ts";

// The demo is mtenant as its users have it: the built program, a kubeconfig, a real control plane.

const nodes = ["n1", "n2", "n3", "n4"];
const owner = ["--as", "ana", "--as-group", "payments-owners", "--as-group", "system:authenticated"];

let failures = 0;

async function demo(): Promise<void> {
  say(
    "A throwaway control plane: kube-apiserver, etcd, controller-manager, scheduler, and four nodes without machines",
  );
  const plane = await startControlPlane({ scheduler: true });
  try {
    await play(plane);
  } finally {
    await plane.stop();
  }
  say(failures === 0 ? "Everything held." : `${failures} steps did not go as they should.`);
  process.exitCode = failures === 0 ? 0 : 1;
}

async function play(plane: ControlPlane): Promise<void> {
  const kubectl = kubectlFor(plane.kubectl, plane.kubeconfig);
  for (const node of nodes) await createNode(kubectl, node);
  const before = await everyObject(kubectl);

  say("Create the tenants of examples/: the plan first, then the doing");
  await mtenant(plane, ["create", "-f", "examples/", "--yes"], 0);

  say("What the owners of payments can do, with their own identity");
  await tenantWorks(kubectl);
  say("What they cannot");
  await tenantIsHeld(kubectl);

  say("Somebody deletes a wall by hand: diff shows it (exit code 1), create puts it back");
  await kubectlShown(kubectl, ["delete", "networkpolicy", "mtenant-default-deny", "-n", "payments"]);
  await mtenant(plane, ["diff", "-f", "examples/"], 1);
  await mtenant(plane, ["create", "payments", "--yes"], 0);
  await mtenant(plane, ["diff", "-f", "examples/"], 0);

  say("The nodes have no kubelet that could end a pod, so the demo ends the tenant's pods itself");
  await kubectlShown(kubectl, ["delete", "deployment", "shop", "-n", "payments"]);
  await kubectlShown(kubectl, ["delete", "pods", "--all", "-n", "payments", "--force", "--grace-period=0"]);

  say("Delete all tenants, and compare every object of every kind with before");
  await mtenant(plane, ["delete", "-f", "examples/", "--yes"], 0);
  nothingIsLeft(before, await everyObject(kubectl));
}

const deployment = JSON.stringify({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "shop", namespace: "payments" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "shop" } },
    template: {
      metadata: { labels: { app: "shop" } },
      spec: { containers: [{ name: "shop", image: "registry.example.com/payments/shop:1" }] },
    },
  },
});

async function tenantWorks(kubectl: Kubectl): Promise<void> {
  await allowed(kubectl, "create a Secret", [
    "create",
    "secret",
    "generic",
    "own",
    "-n",
    "payments",
    "--from-literal=a=b",
  ]);
  await allowed(kubectl, "read it back", ["get", "secret", "own", "-n", "payments"]);
  await allowed(kubectl, "deploy an application", ["apply", "-f", "-"], deployment);
  await landsOn(kubectl, ["n1", "n2"]);
}

async function tenantIsHeld(kubectl: Kubectl): Promise<void> {
  await refused(kubectl, "read a neighbour's Secrets", ["get", "secrets", "-n", "search"]);
  await refused(kubectl, "list Secrets of the whole cluster", ["get", "secrets", "-A"]);
  await refused(kubectl, "list the nodes", ["get", "nodes"]);
  await refused(kubectl, "delete its default-deny policy", [
    "delete",
    "networkpolicy",
    "mtenant-default-deny",
    "-n",
    "payments",
  ]);
  await refused(kubectl, "lift its quota", ["delete", "resourcequota", "mtenant", "-n", "payments"]);
  await refused(kubectl, "relabel its namespace", [
    "label",
    "ns",
    "payments",
    "pod-security.kubernetes.io/enforce=privileged",
    "--overwrite",
  ]);
  await refused(kubectl, "bind cluster-admin", [
    "create",
    "rolebinding",
    "mine",
    "-n",
    "payments",
    "--clusterrole=cluster-admin",
    "--user=ana",
  ]);
  await refused(kubectl, "run a privileged pod", ["apply", "-f", "-"], privilegedPod());
}

function privilegedPod(): string {
  const container = {
    name: "x",
    image: "registry.example.com/payments/x:1",
    securityContext: { privileged: true },
  };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "root", namespace: "payments" },
    spec: { hostPID: true, containers: [container] },
  });
}

async function allowed(kubectl: Kubectl, what: string, args: readonly string[], input = ""): Promise<void> {
  const { code, stderr } = await kubectl([...args, ...owner], { input });
  verdict(code === 0, `may ${what}`, stderr);
}

async function refused(kubectl: Kubectl, what: string, args: readonly string[], input = ""): Promise<void> {
  const { code, stderr } = await kubectl([...args, ...owner], { input });
  verdict(code !== 0 && /forbidden/i.test(stderr), `may not ${what}`, stderr);
}

/** The scheduler has put every pod of payments onto the tenant's own nodes. */
async function landsOn(kubectl: Kubectl, expected: readonly string[]): Promise<void> {
  const deadline = Date.now() + 30_000;
  let placed: string[] = [];
  while (placed.length < 2 && Date.now() < deadline) {
    const { stdout } = await kubectl([
      "get",
      "pods",
      "-n",
      "payments",
      "-o",
      "jsonpath={.items[*].spec.nodeName}",
    ]);
    placed = stdout.split(" ").filter((name) => name !== "");
  }
  verdict(
    placed.length === 2 && placed.every((name) => expected.includes(name)),
    `its pods run on its own nodes: ${placed.join(", ")}`,
    "",
  );
}

async function mtenant(plane: ControlPlane, args: readonly string[], expected: number): Promise<void> {
  process.stdout.write(`\n$ mtenant ${args.join(" ")}\n`);
  const child = spawn(process.execPath, ["bin/mtenant.js", ...args, "--kubeconfig", plane.kubeconfig], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await new Promise<number>((resolve) => child.once("close", (exit) => resolve(exit ?? -1)));
  verdict(code === expected, `exit code ${code}`, `expected ${expected}`);
}

async function kubectlShown(kubectl: Kubectl, args: readonly string[]): Promise<void> {
  process.stdout.write(`\n$ kubectl ${args.join(" ")}\n`);
  const { stdout, stderr, code } = await kubectl(args);
  process.stdout.write(stdout + stderr);
  verdict(code === 0, `exit code ${code}`, stderr);
}

function nothingIsLeft(before: ReadonlySet<string>, after: ReadonlySet<string>): void {
  const left = [...after].filter((object) => !before.has(object));
  const lost = [...before].filter((object) => !after.has(object));
  verdict(
    left.length === 0 && lost.length === 0,
    `${after.size} objects before and after, none left, none lost`,
    [...left, ...lost].join("\n"),
  );
}

function verdict(held: boolean, what: string, otherwise: string): void {
  if (!held) failures += 1;
  process.stdout.write(held ? `  ✓ ${what}\n` : `  ✗ ${what}\n${otherwise}\n`);
}

function say(text: string): void {
  process.stdout.write(`\n── ${text}\n`);
}

await demo();
