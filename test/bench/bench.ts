import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startControlPlane } from "../cluster/start.ts";
import { benchLifecycle } from "./lifecycle.ts";
import type { Command } from "./measure.ts";
import { benchRender } from "./render.ts";
import { writeSpecs } from "./specs.ts";
import { benchStartup } from "./startup.ts";

const usage = `Usage: npm run bench -- [options]
  --tenants LIST   how many tenants are created, compared and deleted; default 1,25
  --render LIST    how many tenants are rendered; default 1,25,1000
  --rounds N       repetitions of each measurement; default 5, a third of what start-up gets
  --help

mtenant and the real kubectl do the same work on the same objects, against the same API server, in one run.
Read the ratios: the times are this machine's.
`;

async function bench(): Promise<void> {
  const options = {
    tenants: { type: "string" },
    render: { type: "string" },
    rounds: { type: "string" },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help) return void process.stdout.write(usage);
  const rounds = Number(values.rounds ?? 5);
  const folder = await mkdtemp(join(tmpdir(), "mtenant-bench-"));
  const controlPlane = await startControlPlane();
  try {
    const mtenant: Command = {
      label: "mtenant",
      program: process.execPath,
      args: [join(import.meta.dirname, "../../bin/mtenant.js")],
    };
    show(`${cpus().length} cores, Node ${process.version}, one API server, ${rounds} rounds, medians`);
    show(await benchLifecycle(mtenant, controlPlane, folder, numbers(values.tenants ?? "1,25"), rounds));
    show(await benchStartup(mtenant, controlPlane.kubectl, await writeSpecs(folder, 1), rounds * 3));
    show(await benchRender(mtenant, folder, numbers(values.render ?? "1,25,1000"), rounds));
  } finally {
    await controlPlane.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function show(text: string): void {
  process.stdout.write(`${text}\n\n`);
}

function numbers(list: string): number[] {
  return list.split(",").map(Number);
}

await bench();
