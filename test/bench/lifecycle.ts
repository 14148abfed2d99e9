import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../cluster/kubectl.ts";
import type { ControlPlane } from "../cluster/start.ts";
import { type Command, median, rotate, type Samples, time } from "./measure.ts";
import { type RequestCounter, requestCounter } from "./requests.ts";
import { specOf, writeSpecs } from "./specs.ts";
import { duration, ratio, table } from "./table.ts";
import { kubectlTool, mtenantTool, type Step, steps, succeeded, type Tool } from "./tools.ts";

/** What is measured with, and on what. */
export interface Bench {
  readonly mtenant: Command;
  readonly controlPlane: ControlPlane;
  /** For files of the run. */
  readonly folder: string;
  readonly rounds: number;
}

/** One step of one tool in every round. */
interface Measured {
  readonly milliseconds: number[];
  readonly requests: number[];
}

type Measurements = ReadonlyMap<string, Measured>;

/**
 * mtenant against the real kubectl on the same objects. What all tenants share is created beforehand and stays. Each
 * round runs both, after one that is not counted, and the rounds take turns in who begins. The ratio is the median of
 * the rounds' own ratios, since both of a round met the machine in the same state.
 */
export async function benchLifecycle(bench: Bench, counts: readonly number[]): Promise<string> {
  await createResident(bench);
  const counter = requestCounter(bench.controlPlane.auditLogs);
  await runRounds(await toolsFor(bench, 1), 1, counter);
  const rows: string[][] = [];
  for (const count of counts) {
    rows.push(...rowsOf(count, await runRounds(await toolsFor(bench, count), bench.rounds, counter)));
  }
  const header = ["tenants", "step", "kubectl / mtenant", "of all rounds", "mtenant", "kubectl", "requests"];
  return table(header, rows);
}

/** A tenant that stays, so that the guards and all else that tenants share stay too. */
async function createResident({ mtenant, controlPlane, folder }: Bench): Promise<void> {
  const spec = join(folder, "resident.yaml");
  await writeFile(spec, specOf("resident"));
  const args = [...mtenant.args, "create", "--yes", "-f", spec, "--kubeconfig", controlPlane.kubeconfig];
  succeeded(await run(mtenant.program, args), "mtenant create");
}

async function toolsFor({ mtenant, controlPlane, folder }: Bench, count: number): Promise<readonly Tool[]> {
  const spec = await writeSpecs(folder, count);
  return [mtenantTool(mtenant, controlPlane, spec), await kubectlTool(mtenant, controlPlane, spec, folder)];
}

async function runRounds(
  tools: readonly Tool[],
  rounds: number,
  counter: RequestCounter,
): Promise<Measurements> {
  const measurements = new Map<string, Measured>();
  for (let round = 0; round < rounds; round += 1) {
    for (const tool of rotate(tools, round)) {
      for (const step of steps) {
        const measured = measurements.get(keyOf(tool.name, step)) ?? { milliseconds: [], requests: [] };
        await counter.begin();
        measured.milliseconds.push(await time(tool.steps[step]));
        measured.requests.push(await counter.count(tool.name));
        measurements.set(keyOf(tool.name, step), measured);
      }
    }
  }
  return measurements;
}

function keyOf(tool: Tool["name"], step: Step): string {
  return `${tool} ${step}`;
}

function rowsOf(count: number, measurements: Measurements): string[][] {
  return steps.map((step) => {
    const [ours, theirs] = [
      measuredIn(measurements, "mtenant", step),
      measuredIn(measurements, "kubectl", step),
    ];
    const each = ratios(theirs.milliseconds, ours.milliseconds);
    return [
      `${count}`,
      step,
      ratio(median(each)),
      `${ratio(Math.min(...each))} – ${ratio(Math.max(...each))}`,
      duration(median(ours.milliseconds)),
      duration(median(theirs.milliseconds)),
      `${Math.round(median(ours.requests))} / ${Math.round(median(theirs.requests))}`,
    ];
  });
}

function measuredIn(measurements: Measurements, tool: Tool["name"], step: Step): Measured {
  const measured = measurements.get(keyOf(tool, step));
  if (measured === undefined) throw new Error(`${tool} never did the step "${step}"`);
  return measured;
}

function ratios(theirs: Samples, ours: Samples): number[] {
  return theirs.map((value, round) => value / (ours[round] ?? Number.NaN));
}
