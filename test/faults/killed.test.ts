import { beforeAll, expect, test, vi } from "vitest";
import type { Cluster } from "../../src/cluster/cluster.ts";
import { connect } from "../../src/cluster/connect.ts";
import { everyObject } from "../cluster/everything.ts";
import type { Kubectl } from "../cluster/kubectl.ts";
import type { ControlPlane } from "../cluster/start.ts";
import { nowhere, type Seen } from "../cluster/weather.ts";
import { startOwnCluster } from "../commands/own-cluster.ts";
import { start } from "../commands/process.ts";
import { inLanes, succeed, type Verb, wordsOf } from "./life.ts";
import { watchTenant } from "./rights-and-walls.ts";
import { startStorm, type Storm } from "./storm.ts";

vi.setConfig({ testTimeout: 1_200_000 });

let plane: ControlPlane;
let kubectl: Kubectl;
let cluster: Cluster;

// One tenant keeps what all share in place.
beforeAll(async () => {
  const own = await startOwnCluster();
  ({ plane, kubectl } = own);
  cluster = await connect({ ...nowhere, kubeconfig: plane.kubeconfig });
  await succeed("create", "neighbour", plane.kubeconfig);
  return async () => {
    await cluster.close();
    await own.stop();
  };
}, 300_000);

/** Right before or right after the request of this number, the process is gone. */
interface Point {
  readonly at: number;
  readonly when: "before" | "after";
}

/** Runs the verb in a process of its own, and kills it at the point. Returns the request, undefined: it ended before. */
async function killedAt(
  storm: Storm,
  verb: Verb,
  tenant: string,
  { at, when }: Point,
): Promise<Seen | undefined> {
  const running = start(wordsOf(verb, tenant, storm.kubeconfig));
  let last: Seen | undefined;
  storm.forecast((index, seen) => {
    if (index !== at) return undefined;
    last = seen;
    return { act: () => running.kill("SIGKILL"), when };
  });
  const end = await running.ended;
  expect([0, "SIGKILL"], running.stderr).toContain(end);
  storm.forecast(() => undefined);
  return end === "SIGKILL" ? last : undefined;
}

/** The requests of a run in good weather. */
async function requestsOf(verb: Verb, tenant: string): Promise<readonly Seen[]> {
  const storm = await startStorm(plane.kubeconfig);
  await succeed(verb, tenant, storm.kubeconfig);
  await storm.end();
  return storm.seen;
}

const isWrite = ({ method, path }: Seen): boolean =>
  method !== "GET" && !path.includes("selfsubjectrulesreviews");

/** Every request from the first write to the last, before and after; of those that only read, one in ten. */
function pointsOf(requests: readonly Seen[]): Point[] {
  const [first, last] = [requests.findIndex(isWrite), requests.findLastIndex(isWrite)];
  return requests.flatMap((_, at): Point[] =>
    (at >= first && at <= last) || at % 10 === 0
      ? [
          { at, when: "before" },
          { at, when: "after" },
        ]
      : [],
  );
}

test("killed before or after any request of create and of delete, a rerun finishes, and nobody ever had rights without walls", async () => {
  const points = {
    create: pointsOf(await requestsOf("create", "calm")),
    delete: pointsOf(await requestsOf("delete", "calm")),
  };
  const before = await everyObject(kubectl);
  const tried: Record<string, number> = { create: 0, delete: 0 };
  const lives = Array.from(
    { length: Math.max(points.create.length, points.delete.length) },
    (_, index) => index,
  );
  await inLanes(10, lives, async (index) => {
    const tenant = `killed-${index}`;
    const storm = await startStorm(plane.kubeconfig);
    const observer = watchTenant(cluster, tenant);
    for (const verb of ["create", "delete"] as const) {
      const point = points[verb][index];
      if (point !== undefined && (await killedAt(storm, verb, tenant, point)) !== undefined)
        tried[verb] = (tried[verb] ?? 0) + 1;
      await succeed(verb, tenant, plane.kubeconfig);
      if (verb === "create") await succeed("diff", tenant, plane.kubeconfig);
    }
    await observer.stop();
    await storm.end();
    expect(observer.breaches, tenant).toEqual([]);
    expect(
      observer.admitted,
      `${tenant}: the owner was never let in, in ${observer.looks} looks`,
    ).toBeGreaterThan(0);
  });
  console.log(`killed at ${tried["create"]} points of create and ${tried["delete"]} points of delete`);
  expect(tried["create"]).toBeGreaterThan(points.create.length / 2);
  expect(tried["delete"]).toBeGreaterThan(points.delete.length / 2);
  expect(await everyObject(kubectl)).toEqual(before);
});
