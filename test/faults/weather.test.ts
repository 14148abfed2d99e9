import { beforeAll, expect, test, vi } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import type { Kubectl } from "../cluster/kubectl.ts";
import type { ControlPlane } from "../cluster/start.ts";
import { inProcess } from "../commands/in-process.ts";
import { startOwnCluster } from "../commands/own-cluster.ts";
import { lasting, type NamedFault, passing } from "./faults.ts";
import { inLanes, spread, succeed, type Verb, verbs, wordsOf } from "./life.ts";
import { startStorm, type Storm } from "./storm.ts";

vi.setConfig({ testTimeout: 600_000 });

let plane: ControlPlane;
let kubectl: Kubectl;
/** How many requests a run of each verb sends in good weather. */
const requests: Record<Verb, number> = { create: 0, diff: 0, delete: 0 };

// One tenant keeps what all share in place, and a ConfigMap of somebody else must stay as it is.
beforeAll(async () => {
  const own = await startOwnCluster();
  ({ plane, kubectl } = own);
  await succeed("create", "neighbour", plane.kubeconfig);
  await kubectl(["create", "configmap", "foreign", "-n", "default"]);
  const storm = await startStorm(plane.kubeconfig);
  for (const verb of verbs) {
    const before = storm.seen.length;
    await succeed(verb, "calm", storm.kubeconfig);
    requests[verb] = storm.seen.length - before;
  }
  await storm.end();
  return own.stop;
}, 300_000);

/** One run of a verb whose request of that number meets the fault. Returns its exit code; a rerun must succeed. */
async function weather(
  storm: Storm,
  verb: Verb,
  tenant: string,
  { fault, at }: { fault: NamedFault; at: number },
) {
  let met = "nothing";
  storm.forecast((index, { method, path }) => {
    if (index !== at) return undefined;
    met = `${method} ${path}`;
    return fault.fault;
  });
  const patience = "silence" in fault.fault ? ["--request-timeout", "3s"] : [];
  const result = await inProcess(...wordsOf(verb, tenant, storm.kubeconfig), ...patience);
  storm.forecast(() => undefined);
  const what = `${verb} ${tenant}: ${fault.name} at request ${at}, ${met}\n${result.stderr}`;
  expect(result.stderr, what).not.toMatch(/bug of mtenant|^\s+at /m);
  if (result.code !== 0) {
    expect([3, 6], what).toContain(result.code);
    expect(`${result.stdout}${result.stderr}`, what).toMatch(/hint: |Next: /);
    await succeed(verb, tenant, storm.kubeconfig);
  }
  return { code: result.code, what };
}

/** A tenant that lives through one fault in each verb. */
async function liveThrough(
  tenant: string,
  fault: NamedFault,
  share: number,
): Promise<{ code: number; what: string }[]> {
  const storm = await startStorm(plane.kubeconfig);
  const outcomes = [];
  for (const verb of verbs) {
    outcomes.push(await weather(storm, verb, tenant, { fault, at: Math.floor(share * requests[verb]) }));
    if (verb === "create") await succeed("diff", tenant, plane.kubeconfig);
  }
  await storm.end();
  return outcomes;
}

const PLACES = 5;

test.each([
  ["is got over", passing],
  ["is told, and a rerun gets over it:", lasting],
] as const)("one fault in a run %s", async (expected, faults) => {
  const before = await everyObject(kubectl);
  const cases = faults.flatMap((fault, kind) =>
    spread(PLACES * faults.length, faults.length * PLACES)
      .filter((index) => index % faults.length === kind)
      .map((index) => ({ fault, tenant: `t-${index}`, share: index / (PLACES * faults.length) })),
  );
  const codes = new Map<string, number[]>();
  await inLanes(8, cases, async ({ fault, tenant, share }) => {
    for (const { code, what } of await liveThrough(tenant, fault, share)) {
      if (expected === "is got over") expect(code, what).toBe(0);
      codes.set(fault.name, [...(codes.get(fault.name) ?? []), code]);
    }
  });
  expect(codes.size).toBe(faults.length);
  // What is not passing must have been noticed somewhere, or the fault was none.
  if (expected !== "is got over")
    for (const [name, of] of codes)
      expect(
        of.some((code) => code !== 0),
        name,
      ).toBe(true);
  expect(await everyObject(kubectl)).toEqual(before);
});
