import type { TenantDocument } from "../../src/tenant/tenant.ts";
import { systemClock } from "../../src/cluster/clock.ts";
import type { ApiRequest, Cluster } from "../../src/cluster/cluster.ts";
import type { Execution } from "../../src/execute/execution.ts";
import { executeCreate } from "../../src/execute/execute-create.ts";
import type { Executed } from "../../src/execute/execute-plan.ts";
import { executeDelete } from "../../src/execute/execute-delete.ts";
import { observeForPlan } from "../../src/execute/observe-for-plan.ts";
import { planningState, readRecord } from "../../src/execute/records.ts";
import type { Manifest, Owner } from "../../src/manifests/manifest.ts";
import { planChanges } from "../../src/plan/changes.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { planDelete } from "../../src/plan/removals.ts";

export const us = { id: "test@host 1", seconds: 20 };

/** The cluster, with every request that is no GET written down. */
export function recording(cluster: Cluster): { readonly cluster: Cluster; readonly writes: ApiRequest[] } {
  const writes: ApiRequest[] = [];
  const send: Cluster["send"] = (request) => {
    if (request.method !== "GET") writes.push(request);
    return cluster.send(request);
  };
  return {
    cluster: { context: cluster.context, server: cluster.server, send, close: async () => undefined },
    writes,
  };
}

export function executionOn(cluster: Cluster, more: Partial<Execution> = {}): Execution {
  const signal = new AbortController().signal;
  return { cluster, signal, onEvent: () => undefined, timeoutMs: 30_000, clock: systemClock, ...more };
}

export async function planFor(
  cluster: Cluster,
  name: string,
  wanted: readonly Manifest[],
  adopt: readonly string[] = [],
) {
  const owner: Owner = { kind: "tenant", name };
  const stored = await readRecord(cluster, owner);
  const state = planningState(owner, stored);
  const observed = await observeForPlan(cluster, { owner, wanted, ...state });
  const plan = planChanges({
    owner,
    wanted,
    observed,
    ...state,
    adopt: new Set(adopt),
    judge: () => "neutral",
    foreign: [],
  });
  return { plan, stored };
}

/** The least that a record keeps of a tenant's spec. */
export function documentFor(name: string): TenantDocument {
  return { kind: "Tenant", metadata: { name }, spec: { namespaces: [{ name }], nodes: { mode: "Shared" } } };
}

export async function create(
  execution: Execution,
  name: string,
  wanted: readonly Manifest[],
  adopt?: readonly string[],
): Promise<Executed & { plan: Plan }> {
  const { plan, stored } = await planFor(execution.cluster, name, wanted, adopt);
  const input = { plan, stored, spec: documentFor(name), us, writtenBy: "1.0.0" };
  return { plan, ...(await executeCreate(execution, input)) };
}

export async function remove(execution: Execution, name: string): Promise<Executed> {
  const owner: Owner = { kind: "tenant", name };
  const stored = await readRecord(execution.cluster, owner);
  if (stored === undefined) throw new Error(`no record of ${name}`);
  const state = planningState(owner, stored);
  const observed = await observeForPlan(execution.cluster, { owner, wanted: [], ...state });
  const plan = planDelete({ owner, observed, ...state, judge: () => "neutral", foreign: [] });
  return executeDelete(execution, { plan, stored, us });
}

/** `done 5, failed 1` and the errors. */
export function summary({ outcomes, error }: Executed): string {
  const failed = outcomes.flatMap((each) => (each.error === undefined ? [] : [each.error.message]));
  const count = (result: string) => outcomes.filter((each) => each.result === result).length;
  const problems = [...failed, ...(error === undefined ? [] : [error.message])];
  return [
    `done ${count("done")}, failed ${count("failed")}, not reached ${count("not-reached")}`,
    ...problems,
  ].join("\n");
}
