import { explainError } from "../cluster/explain-error.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import { describeOwner } from "../manifests/manifest.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import { describeId } from "../manifests/object.ts";
import type { Change, Outcome, Plan, Wave } from "../plan/plan.ts";
import { amend, release } from "./amend.ts";
import { createObject, updateObject } from "./apply.ts";
import type { Execution } from "./execution.ts";
import { removeForeignFields } from "./remove-foreign-fields.ts";
import { removeObject } from "./remove.ts";

/** What became of a plan: one outcome per change in its order; `error`: what stopped it between two changes. */
export interface Executed {
  readonly outcomes: readonly Outcome[];
  readonly error?: Error;
}

/** Asked before a wave begins; an error stops the plan there. `done`: all outcomes so far. */
export type Barrier = (wave: Wave, done: readonly Outcome[]) => Promise<void>;

/**
 * Carries a plan out, wave by wave; the changes of a wave run together. After a failed change, an aborted signal or an
 * error of the barrier no further wave begins, and what was not begun is `not-reached`; an isolated refusal fails by
 * itself. Never throws for a change that failed; throws ExpectedError (exit code 4 or 3) before the first write when
 * the plan refuses something else.
 */
export async function executePlan(execution: Execution, plan: Plan, barrier?: Barrier): Promise<Executed> {
  refuseRefused(plan);
  const outcomes: Outcome[] = [];
  for (const [index, wave] of plan.waves.entries()) {
    const error = await beforeWave(execution, wave, outcomes, barrier);
    if (error !== undefined)
      return { outcomes: [...outcomes, ...notReached(plan.waves.slice(index))], error };
    outcomes.push(...(await executeWave(execution, plan, wave)));
    if (outcomes.some(({ result, change }) => result === "failed" && change.isolated !== true)) {
      return { outcomes: [...outcomes, ...notReached(plan.waves.slice(index + 1))] };
    }
  }
  return { outcomes };
}

/** Throws ExpectedError when something in these plans must not be touched and holds up all else, naming all of it. */
export function refuseRefused(...plans: readonly Plan[]): void {
  const code = refusedExitOf(plans);
  if (code === undefined) return;
  const refusing = plans.filter((plan) => refusedIn(plan).length > 0);
  const refused = refusing.flatMap(refusedIn);
  throw new ExpectedError(
    code,
    `${refusing.map(({ owner }) => describeOwner(owner)).join(", ")}: ${refused.length} ${refused.length === 1 ? "object" : "objects"} cannot be as wanted; nothing was changed`,
    { problems: refused.map(({ id, refusal = "" }) => ({ where: describeId(id), message: refusal })) },
  );
}

/** The exit code of plans that cannot be carried out, the first of 4, 2 and 3; undefined when they can. */
export function refusedExitOf(plans: readonly Plan[]): ExitCode | undefined {
  const refused = plans.flatMap(refusedIn);
  if (refused.length === 0) return undefined;
  const codes = new Set(refused.map(({ refusalExit = 4 }) => refusalExit));
  return ([4, 2, 3] as const).find((code) => codes.has(code));
}

function refusedIn({ waves }: Plan): readonly Change[] {
  return waves
    .flatMap(({ changes }) => changes)
    .filter(({ action, isolated }) => action === "refuse" && isolated !== true);
}

/** The changes of these waves as not begun. */
export function notReached(waves: readonly Wave[]): Outcome[] {
  return waves.flatMap(({ changes }) => changes).map((change) => ({ change, result: "not-reached" }));
}

async function beforeWave(
  execution: Execution,
  wave: Wave,
  outcomes: readonly Outcome[],
  barrier: Barrier | undefined,
): Promise<Error | undefined> {
  if (execution.signal.aborted) return interrupted();
  try {
    await execution.keepAlive?.();
    await barrier?.(wave, outcomes);
    return execution.signal.aborted ? interrupted() : undefined;
  } catch (error) {
    return explainError(error, execution.cluster, `go on with the wave "${wave.name}"`);
  }
}

/** What a run that was told to stop ends with. */
export function interrupted(): ExpectedError {
  return new ExpectedError(ExitCode.interrupted, "interrupted", {
    hint: "run the same command again: it goes on where it stopped",
  });
}

async function executeWave(execution: Execution, { owner }: Plan, wave: Wave): Promise<Outcome[]> {
  const work = wave.changes.filter(({ action }) => action !== "unchanged");
  if (work.length > 0) execution.onEvent({ kind: "wave", owner, wave: wave.name, changes: work.length });
  return Promise.all(
    wave.changes.map(async (change) => {
      const outcome = await executeChange(execution, change);
      if (change.action !== "unchanged") execution.onEvent({ kind: "outcome", owner, outcome });
      return outcome;
    }),
  );
}

async function executeChange(execution: Execution, change: Change): Promise<Outcome> {
  try {
    const object = await carryOut(execution, change);
    return { change, result: "done", ...(object === undefined ? {} : { object }) };
  } catch (error) {
    const what = `${change.action} ${describeId(change.id)}`;
    return { change, result: "failed", error: explainError(error, execution.cluster, what) };
  }
}

async function carryOut(execution: Execution, change: Change): Promise<KubernetesObject | undefined> {
  const { action, id, live } = change;
  if (action === "unchanged") return live;
  if (action === "refuse")
    throw new ExpectedError(change.refusalExit ?? ExitCode.refused, change.refusal ?? "");
  if (action === "amend") return amend(execution, change);
  if (action === "release") return release(execution, change);
  if (action === "delete") return void (live !== undefined && (await removeObject(execution, id, live)));
  const wanted = change.manifest?.object;
  if (wanted === undefined) throw new Error(`${action} of ${describeId(id)} without a manifest`);
  if (action === "create" || live === undefined) return createObject(execution, wanted);
  if (action !== "recreate") {
    const applied = await updateObject(execution, wanted, live, change.force === true);
    return removeForeignFields(execution, id, applied);
  }
  await removeObject(execution, id, live);
  return createObject(execution, wanted);
}
