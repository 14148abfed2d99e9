import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ControlPlane } from "../cluster/start.ts";
import { type Command, median, rotate, type Samples, time } from "./measure.ts";
import { writeSpecs } from "./specs.ts";
import { duration, table } from "./table.ts";

/** One tool's way through the life of the same tenants. */
interface Tool {
  readonly name: string;
  readonly steps: Readonly<Record<Step, Command>>;
}

const steps = ["create", "create, unchanged", "diff, unchanged", "delete"] as const;
type Step = (typeof steps)[number];
type Times = Map<string, number[]>;

/**
 * mtenant against the real kubectl on the same objects: what `mtenant render` prints is what kubectl is given. Each
 * round runs both, and the rounds take turns in who begins. The ratio is the median of the rounds' own ratios, since
 * both of a round met the machine in the same state.
 */
export async function benchLifecycle(
  mtenant: Command,
  controlPlane: ControlPlane,
  folder: string,
  counts: readonly number[],
  rounds: number,
): Promise<string> {
  const rows: string[][] = [];
  for (const count of counts) {
    const spec = await writeSpecs(folder, count);
    const tools = [
      mtenantSteps(mtenant, controlPlane, spec),
      await kubectlSteps(mtenant, controlPlane, spec, folder),
    ];
    // A run of a thousand tenants takes kubectl minutes, and has noise enough averaged out in itself.
    rows.push(...rowsOf(count, await runRounds(tools, count < 100 ? rounds : 1)));
  }
  return table(["tenants", "step", "kubectl / mtenant", "mtenant", "kubectl"], rows);
}

async function runRounds(tools: readonly Tool[], rounds: number): Promise<Times> {
  const times: Times = new Map();
  for (let round = 0; round < rounds; round += 1) {
    for (const tool of rotate(tools, round)) {
      for (const step of steps) {
        const key = `${tool.name} ${step}`;
        times.set(key, [...(times.get(key) ?? []), await time(tool.steps[step])]);
      }
    }
  }
  return times;
}

function rowsOf(count: number, times: Times): string[][] {
  return steps.map((step) => {
    const ours = times.get(`mtenant ${step}`) ?? [];
    const theirs = times.get(`kubectl ${step}`) ?? [];
    const ratio = `${median(ratios(theirs, ours)).toFixed(2)} ×`;
    return [`${count}`, step, ratio, duration(median(ours)), duration(median(theirs))];
  });
}

function ratios(theirs: Samples, ours: Samples): number[] {
  return theirs.map((value, round) => value / (ours[round] ?? Number.NaN));
}

function mtenantSteps(mtenant: Command, { kubeconfig }: ControlPlane, spec: string): Tool {
  const command = (label: string, ...args: string[]): Command => ({
    ...mtenant,
    label: `mtenant ${label}`,
    args: [...mtenant.args, ...args, "-f", spec, "--kubeconfig", kubeconfig],
  });
  return {
    name: "mtenant",
    steps: {
      create: command("create", "create", "--yes"),
      "create, unchanged": command("unchanged create", "create", "--yes"),
      "diff, unchanged": command("diff", "diff"),
      delete: command("delete", "delete", "--yes"),
    },
  };
}

async function kubectlSteps(
  mtenant: Command,
  controlPlane: ControlPlane,
  spec: string,
  folder: string,
): Promise<Tool> {
  const objects = await renderObjects(mtenant, controlPlane, spec, folder);
  const connection = ["--kubeconfig", controlPlane.kubeconfig, "--cache-dir", join(folder, "kubectl-cache")];
  const command = (label: string, ...args: string[]): Command => ({
    label: `kubectl ${label}`,
    program: controlPlane.kubectl,
    args: [...args, "-f", objects, ...connection],
  });
  return {
    name: "kubectl",
    steps: {
      create: command("apply", "apply", "--server-side"),
      "create, unchanged": command("unchanged apply", "apply", "--server-side"),
      "diff, unchanged": { ...command("diff", "diff", "--server-side"), codes: [0, 1] },
      delete: command("delete", "delete", "--wait"),
    },
  };
}

async function renderObjects(
  mtenant: Command,
  { kubeconfig }: ControlPlane,
  spec: string,
  folder: string,
): Promise<string> {
  const args = [...mtenant.args, "render", "-f", spec, "--kubeconfig", kubeconfig];
  const { stdout } = await promisify(execFile)(mtenant.program, args, { maxBuffer: 2 ** 30 });
  const file = join(folder, "objects.yaml");
  await writeFile(file, stdout);
  return file;
}
