import { afterAll, beforeAll, expect, test } from "vitest";
import { hardOf } from "../../../src/boundaries/resources/hard.ts";
import type { Cluster } from "../../../src/cluster/cluster.ts";
import { listObjects } from "../../../src/cluster/list-objects.ts";
import { pathOf } from "../../../src/cluster/paths.ts";
import { idOf, type JsonMap, type KubernetesObject } from "../../../src/manifests/object.ts";
import type { TenantNamespace } from "../../../src/tenant/tenant.ts";
import { connectTestCluster } from "../../cluster/test-cluster.ts";
import { payments } from "../../render/example.ts";
import { apply, tryCreate, until } from "../guards/guarded-cluster.ts";

const COUNTED = "count/controllerrevisions.apps";
const [own] = payments.namespaces as readonly [TenantNamespace, ...TenantNamespace[]];

test("the quota has room for the revisions that every StatefulSet keeps by default", () => {
  const hard = hardOf({ ...own, quota: { hard: {} } });
  expect(Number(hard[COUNTED])).toBeGreaterThanOrEqual(12 * Number(hard["count/statefulsets.apps"]));
});

test("the spec may say another number of revisions", () => {
  expect(hardOf({ ...own, quota: { hard: { [COUNTED]: "3" } } })).toMatchObject({ [COUNTED]: "3" });
});

const namespace = "revisions-are-counted";
const FEW = 3;

const inIt = (apiVersion: string, kind: string, name: string, fields: JsonMap): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  ...fields,
});

/** A StatefulSet that would keep every revision there ever was. */
const hoarder = (revision: number): KubernetesObject =>
  inIt("apps/v1", "StatefulSet", "hoarder", {
    spec: {
      replicas: 0,
      revisionHistoryLimit: 2_000_000_000,
      selector: { matchLabels: { app: "x" } },
      template: {
        metadata: { labels: { app: "x" }, annotations: { revision: String(revision) } },
        spec: { containers: [{ name: "x", image: "x" }] },
      },
    },
  });

const quota = inIt("v1", "ResourceQuota", "few", { spec: { hard: { [COUNTED]: String(FEW) } } });

let cluster: Cluster;
beforeAll(async () => {
  cluster = await connectTestCluster();
  await apply(cluster, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await apply(cluster, quota);
  await until("the quota is in force", async () => {
    const { body } = await cluster.send({ method: "GET", path: pathOf(idOf(quota)) });
    return (body as { status?: { hard?: object } }).status?.hard !== undefined;
  });
});
afterAll(async () => {
  await cluster.send({
    method: "DELETE",
    path: pathOf({ group: "", kind: "Namespace", namespace: "", name: namespace }),
  });
  await cluster.close();
});

const revisions = async (): Promise<number> =>
  (await listObjects(cluster, { group: "apps", kind: "ControllerRevision" }, { namespace })).length;

test("a StatefulSet whose template is changed again and again stops at the quota", async () => {
  for (let revision = 1; revision <= FEW; revision += 1) {
    await apply(cluster, hoarder(revision));
    await until(`there are ${revision} revisions`, async () => (await revisions()) === revision);
  }
  await apply(cluster, hoarder(FEW + 1));
  const another = inIt("apps/v1", "ControllerRevision", "another", { revision: 1, data: {} });
  expect(await tryCreate(cluster, another)).toMatchObject({
    code: 403,
    message: expect.stringContaining("exceeded quota: few"),
  });
  expect(await revisions()).toBe(FEW);
  // Nothing but the quota held it up.
  await cluster.send({ method: "DELETE", path: pathOf(idOf(quota)) });
  await until("there is one more", async () => (await revisions()) === FEW + 1);
});
