import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cluster } from "../../src/cluster/cluster.ts";
import { proveGone } from "../../src/planning/prove-gone.ts";
import { connectTestCluster, testCluster } from "../cluster/test-cluster.ts";
import { namesFor } from "./specs.ts";

const namespace = "prove-gone";
const { kubectl } = testCluster();
let cluster: Cluster;
let longest = 0;

beforeAll(async () => {
  const connection = await connectTestCluster();
  cluster = {
    ...connection,
    close: () => connection.close(),
    send: (request) => {
      longest = Math.max(longest, new URLSearchParams(request.query).toString().length);
      return connection.send(request);
    },
  };
  await kubectl(["create", "namespace", namespace]);
  for (const tenant of ["vanished-500", "somebody-else"]) {
    await kubectl(["create", "configmap", tenant, "-n", namespace]);
    await kubectl(["label", "configmap", tenant, "-n", namespace, `mtenant.dev/tenant=${tenant}`]);
  }
});
afterAll(async () => {
  await kubectl(["delete", "namespace", namespace, "--wait=false"]);
  await cluster.close();
});

test.each([
  ["one tenant", ["vanished-500"]],
  ["a thousand tenants", namesFor("vanished", 1000)],
])("what still names one of %s is found, by requests that every proxy lets through", async (_, tenants) => {
  longest = 0;
  const proof = proveGone(cluster, { tenants, namespaces: [namespace] }, { note: () => undefined });
  await expect(proof).rejects.toMatchObject({
    exitCode: 6,
    problems: [{ message: `ConfigMap ${namespace}/vanished-500` }],
  });
  // RFC 9110 section 4.1 asks for 8000 octets of a URI at least; the path takes some of them.
  expect(longest).toBeLessThan(6000);
});

test("what somebody labelled in a namespace that never was the tenant's is told, and spoils no proof", async () => {
  const notes: string[] = [];
  const gone = { tenants: ["vanished-500"], namespaces: ["vanished-500"] };
  await proveGone(cluster, gone, { note: (line) => void notes.push(line) });
  expect(notes).toEqual([
    expect.stringMatching(/^Not mtenant's, though labelled .*: ConfigMap prove-gone\/vanished-500$/),
    expect.stringMatching(/^Nothing is left: \d+ kinds were listed/),
  ]);
});
