import { expect, test } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { inProcess } from "./in-process.ts";
import { ownCluster } from "./own-cluster.ts";

const { plane, kubectl } = await ownCluster();

const create = (...args: string[]) =>
  inProcess(
    "create",
    "going",
    "--owner-group",
    "g",
    "--nodes",
    "Shared",
    ...args,
    "--kubeconfig",
    plane.kubeconfig,
  );

/** Something in the namespace waits for a controller that does not come, and so does the namespace. */
async function stuckNamespace(): Promise<void> {
  await kubectl(["create", "namespace", "going"]);
  await kubectl(["create", "configmap", "held", "-n", "going"]);
  const finalizers = JSON.stringify({ metadata: { finalizers: ["example.com/never"] } });
  await kubectl(["patch", "configmap", "held", "-n", "going", "--type=merge", "-p", finalizers]);
  await kubectl(["delete", "namespace", "going", "--wait=false"]);
}

test("a namespace that is being deleted is told, nothing is changed, and a rerun goes on when it is gone", async () => {
  await stuckNamespace();
  await expect
    .poll(async () => (await kubectl(["get", "namespace", "going", "-o", "jsonpath={.status.phase}"])).stdout)
    .toBe("Terminating");
  const before = await everyObject(kubectl);
  const refused = await create("--yes");
  expect(refused.stdout + refused.stderr).toMatch(/being deleted/);
  expect(refused.code, refused.stderr).toBe(4);
  expect(await everyObject(kubectl)).toEqual(before);

  await kubectl([
    "patch",
    "configmap",
    "held",
    "-n",
    "going",
    "--type=merge",
    "-p",
    '{"metadata":{"finalizers":null}}',
  ]);
  await kubectl(["wait", "namespace/going", "--for=delete", "--timeout=60s"]);
  const done = await create("--yes");
  expect(done.code, done.stderr).toBe(0);
});
