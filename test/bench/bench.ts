import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startControlPlane } from "../cluster/start.ts";
import { documentText, type Section } from "./document.ts";
import { type Bench, benchLifecycle } from "./lifecycle.ts";
import { benchRender } from "./render.ts";
import { writeSpecs } from "./specs.ts";
import { benchStartup } from "./startup.ts";
import { surroundings } from "./surroundings.ts";

const usage = `Usage: npm run bench -- [options]
  --tenants LIST   how many tenants are created, compared and deleted; default 1,25
  --render LIST    how many tenants are rendered; default 1,25,1000
  --rounds N       repetitions of each measurement; default 5, start-up three times as many
  --write          write the result to docs/benchmarks.md as well
  --help

mtenant and the real kubectl do the same work on the same objects, against the same API server, in one run.
Read the ratios: the times are this machine's.
`;

async function main(): Promise<void> {
  const options = {
    tenants: { type: "string", default: "1,25" },
    render: { type: "string", default: "1,25,1000" },
    rounds: { type: "string", default: "5" },
    write: { type: "boolean", default: false },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help) return void process.stdout.write(usage);
  const folder = await mkdtemp(join(tmpdir(), "mtenant-bench-"));
  const controlPlane = await startControlPlane({ audit: true });
  try {
    const mtenant = {
      label: "mtenant",
      program: process.execPath,
      args: [join(import.meta.dirname, "../../bin/mtenant.js")],
    };
    const bench: Bench = { mtenant, controlPlane, folder, rounds: numberOf(values.rounds) };
    await measure(bench, { ...values, tenants: numbersOf(values.tenants), render: numbersOf(values.render) });
  } finally {
    await controlPlane.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Wanted {
  readonly tenants: readonly number[];
  readonly render: readonly number[];
  readonly write: boolean;
}

async function measure(bench: Bench, { tenants, render, write }: Wanted): Promise<void> {
  const { mtenant, controlPlane, folder, rounds } = bench;
  const busyBefore = loadavg()[0] ?? 0;
  const sections: Section[] = [];
  const add = (title: string, table: string): void => {
    sections.push({ title, table });
    process.stdout.write(`## ${title}\n\n${table}\n\n`);
  };
  add("Life of tenants", await benchLifecycle(bench, tenants));
  const spec = await writeSpecs(folder, 1);
  add("Start-up", await benchStartup(mtenant, controlPlane.kubectl, spec, rounds * 3));
  add("Rendering", await benchRender(mtenant, folder, render, rounds));
  const where = await surroundings(controlPlane, { rounds, busyBefore, busyAfter: loadavg()[0] ?? 0 });
  process.stdout.write(`${where}\n`);
  if (write) await writeFile(documentFile, documentText(where, sections));
}

const documentFile = join(import.meta.dirname, "../../docs/benchmarks.md");

function numbersOf(list: string): number[] {
  return list.split(",").map(numberOf);
}

/** Throws for anything but a whole number above zero: it would be measured as nothing. */
function numberOf(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`"${text}" is not a number of tenants or rounds`);
  return Number(text);
}

await main();
