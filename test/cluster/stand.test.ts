import { describe, expect, test } from "vitest";
import { testCluster } from "./test-cluster.ts";

describe("the test stand", () => {
  test("is a real API server that answers the real kubectl", async () => {
    const { kubectl } = testCluster();
    const version = await kubectl(["version", "-o", "json"]);
    const { clientVersion, serverVersion } = JSON.parse(version.stdout);
    expect(serverVersion.gitVersion).toMatch(/^v1\.\d+\.\d+$/);
    expect(clientVersion.gitVersion).toBe(serverVersion.gitVersion);
  });

  test("has controllers: a new namespace gets its ServiceAccount, and goes when it is deleted", async () => {
    const { kubectl } = testCluster();
    expect(await kubectl(["create", "namespace", "stand-controllers"])).toMatchObject({ code: 0 });
    await expect
      .poll(
        async () => (await kubectl(["get", "serviceaccount", "default", "-n", "stand-controllers"])).code,
        { timeout: 20_000 },
      )
      .toBe(0);
    expect(await kubectl(["delete", "namespace", "stand-controllers", "--timeout=40s"])).toMatchObject({
      code: 0,
    });
    expect((await kubectl(["get", "namespace", "stand-controllers"])).stderr).toContain("NotFound");
  });

  test("has users without any right beside the admin", async () => {
    const { kubectl, kubeconfigs } = testCluster();
    for (const user of ["operator-limited", "ordinary-user"] as const) {
      const denied = await kubectl(["get", "secrets", "-n", "default"], { kubeconfig: kubeconfigs[user] });
      expect(denied.stderr).toContain(`User "${user}" cannot list resource "secrets"`);
    }
  });

  test("admits privileged pods, so that what refuses one is a wall", async () => {
    const { kubectl } = testCluster();
    const container = { name: "c", image: "example.invalid/x", securityContext: { privileged: true } };
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "stand-privileged" },
      spec: { containers: [container] },
    };
    const created = await kubectl(["create", "-f", "-", "--dry-run=server"], { input: JSON.stringify(pod) });
    expect(created).toMatchObject({ code: 0 });
  });

  test("makes nodes that are Ready and untainted", async () => {
    const { kubectl, createNode } = testCluster();
    await createNode("stand-node", { pool: "general" });
    const node = JSON.parse((await kubectl(["get", "node", "stand-node", "-o", "json"])).stdout);
    expect(node.metadata.labels.pool).toBe("general");
    expect(node.spec.taints).toBeUndefined();
    expect(await kubectl(["delete", "node", "stand-node"])).toMatchObject({ code: 0 });
  });
});
