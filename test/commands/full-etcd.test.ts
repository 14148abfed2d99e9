import { request } from "node:http";
import { dirname, join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import type { Kubectl } from "../cluster/kubectl.ts";
import type { ControlPlane } from "../cluster/start.ts";
import { startOwnCluster } from "./own-cluster.ts";
import { type Ended, start, whole } from "./process.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

// A control plane of its own, whose etcd is filled until it takes nothing more and the API can only be read.
let plane: ControlPlane;
let kubectl: Kubectl;

beforeAll(async () => {
  const own = await startOwnCluster({ etcdQuotaBytes: 16 * 1024 * 1024 });
  ({ plane, kubectl } = own);
  return own.stop;
});
beforeAll(async () => {
  await done("create", ...tenant("old"), "--yes");
  await fill();
});

const tenant = (name: string): string[] => [name, "--owner-group", "g", "--nodes", "Shared"];
const mtenant = (...args: string[]): Promise<Ended> =>
  whole(start([...args, "--kubeconfig", plane.kubeconfig]));

async function done(...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await mtenant(...args);
  expect(code, stdout + stderr).toBe(0);
}

const MOST_FILLERS = 64;

/** Puts in ConfigMaps of half a megabyte until etcd raises its alarm. */
async function fill(): Promise<void> {
  for (let at = 0; at < MOST_FILLERS; at += 1) {
    const filler = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: `filler-${at}`, namespace: "default", labels: { filler: "yes" } },
      data: { filler: "x".repeat(500_000) },
    };
    const { code, stderr } = await kubectl(["create", "-f", "-"], { input: JSON.stringify(filler) });
    if (code === 0) continue;
    expect(stderr).toContain("database space exceeded");
    return;
  }
  throw new Error("etcd took more than its quota");
}

/** What an administrator does with etcdctl: compaction, defragmentation, and the alarm off. */
async function makeRoom(): Promise<void> {
  const removed = await kubectl(["delete", "configmap", "-n", "default", "-l", "filler=yes"]);
  expect(removed.code, removed.stderr).toBe(0);
  const { header } = (await etcd("/v3/kv/range", { key: "AA==" })) as { header: { revision: string } };
  await etcd("/v3/kv/compaction", { revision: header.revision, physical: true });
  await etcd("/v3/maintenance/defragment", {});
  const alarms = (await etcd("/v3/maintenance/alarm", { action: "GET" })) as { alarms?: object[] };
  for (const alarm of alarms.alarms ?? [])
    await etcd("/v3/maintenance/alarm", { action: "DEACTIVATE", ...alarm });
}

/** Asks etcd itself, by the JSON of its gRPC gateway, on the socket in the folder of the control plane. */
function etcd(path: string, body: object): Promise<unknown> {
  const socketPath = join(dirname(plane.kubeconfig), "etcd.sock:0");
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, method: "POST" }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      answer.once("end", () => {
        if (answer.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`${path}: ${answer.statusCode} ${text}`));
      });
    });
    asked.once("error", reject).end(JSON.stringify(body));
  });
}

test("while etcd takes nothing more, what only reads works, what writes says why and changes nothing; later it works", async () => {
  const before = await everyObject(kubectl);
  await done("diff", "old");
  expect((await mtenant("diff", ...tenant("new"))).code).toBe(1);
  expect((await mtenant("list")).stdout).toMatch(/^old\s+ready/m);
  for (const args of [
    ["create", ...tenant("new"), "--yes"],
    ["create", "old", "--size", "large", "--yes"],
    ["delete", "old", "--yes"],
  ]) {
    const { code, stdout, stderr } = await mtenant(...args);
    expect(stdout + stderr, args.join(" ")).toMatch(/database space exceeded/);
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
    expect(code, stdout + stderr).toBe(3);
  }
  expect(await everyObject(kubectl)).toEqual(before);
  await done("diff", "old");

  await makeRoom();
  await done("create", ...tenant("new"), "--yes");
  await done("create", "old", "--size", "large", "--yes");
  await done("diff", "old");
  await done("delete", "old", "--yes");
  await done("delete", "new", "--yes");
});
