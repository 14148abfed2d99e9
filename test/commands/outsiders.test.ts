import { beforeAll, expect, test } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { type Kubectl } from "../cluster/kubectl.ts";
import type { ControlPlane } from "../cluster/start.ts";
import { inProcess } from "./in-process.ts";
import { startOwnCluster } from "./own-cluster.ts";

// A control plane of its own: only one without guards can be asked whether they may come.
let plane: ControlPlane;
let kubectl: Kubectl;

beforeAll(async () => {
  const own = await startOwnCluster();
  ({ plane, kubectl } = own);
  return own.stop;
});

const team = ["team", "--owner-group", "g", "--nodes", "Shared", "--yes"];
const create = () => inProcess("create", ...team, "--kubeconfig", plane.kubeconfig);

const addOn = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "operator", namespace: "cni-system" },
  spec: {
    selector: { matchLabels: { app: "operator" } },
    template: {
      metadata: { labels: { app: "operator" } },
      spec: { tolerations: [{ operator: "Exists" }], containers: [{ name: "main", image: "operator" }] },
    },
  },
};

test("guards that would keep an add-on's pods from being made anew come only when the operator has said what shall be", async () => {
  await kubectl(["create", "namespace", "cni-system"]);
  await kubectl(["create", "-f", "-"], { input: JSON.stringify(addOn) });
  await expect
    .poll(async () => (await kubectl(["get", "pods", "-n", "cni-system", "-o", "name"])).stdout, {
      timeout: 30_000,
    })
    .toContain("pod/operator");
  const before = await everyObject(kubectl);

  const refused = await create();
  expect(refused.stderr).toMatch(/namespace cni-system: ReplicaSet operator-/);
  expect(refused.stderr).toContain("kubectl label namespace cni-system mtenant.dev/tenant-nodes=Allow");
  expect(refused.code).toBe(3);
  expect(await everyObject(kubectl)).toEqual(before);

  await kubectl(["label", "namespace", "cni-system", "mtenant.dev/tenant-nodes=Allow"]);
  const created = await create();
  expect(created.code, created.stderr).toBe(0);
  await kubectl(["delete", "pods", "--all", "-n", "cni-system", "--wait=false"]);
  const state = "{.status.conditions[?(@.type=='ReplicaFailure')].message}{.status.replicas}";
  const deployment = ["get", "deployment", "operator", "-n", "cni-system", "-o", `jsonpath=${state}`];
  await expect.poll(async () => (await kubectl(deployment)).stdout, { timeout: 30_000 }).toBe("1");
}, 120_000);
