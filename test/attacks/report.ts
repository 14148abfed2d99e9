import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { table } from "../bench/table.ts";
import { type Application, readApplications } from "./applications.ts";
import type { Installed } from "./install.ts";
import { installAll, prepare } from "./over-blocking.ts";
import { attacksSection, problemsOf } from "./report-attacks.ts";
import { runSuite } from "./run-all.ts";
import { shareOf, traits } from "./shares.ts";
import { startStand, WITHOUT_DEFAULTS } from "./stand.ts";

// `npm run attacks`: prints what the walls do to attacks and to ordinary applications, and writes it to docs/attacks.md.

interface Arm {
  readonly title: string;
  readonly results: ReadonlyMap<string, Installed>;
}

async function report(): Promise<void> {
  const suite = await runSuite();
  const applications = readApplications();
  const arms = [...(await armsOn(applications)), ...(await armsOn(applications, WITHOUT_DEFAULTS))];
  const text = `# What the walls refuse

Written by \`npm run attacks\`.

${attacksSection(suite)}
${document(applications, arms)}`;
  process.stdout.write(text);
  const folder = join(import.meta.dirname, "../../docs");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "attacks.md"), text);
  const problems = [
    ...problemsOf(suite),
    ...arms.flatMap(({ results }) => [...results.values()].flatMap((each) => each.problems)),
  ];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

async function armsOn(
  applications: readonly Application[],
  emulatedVersion?: string,
): Promise<readonly Arm[]> {
  const stand = await startStand(emulatedVersion === undefined ? {} : { emulatedVersion });
  try {
    await prepare(stand, applications);
    const shared = await installAll(stand, "Shared", applications);
    if (emulatedVersion !== undefined)
      return [{ title: `${emulatedVersion}, shared nodes`, results: shared }];
    return [
      { title: "1.36, shared nodes", results: shared },
      { title: "1.36, own nodes", results: await installAll(stand, "Dedicated", applications) },
    ];
  } finally {
    await stand.stop();
  }
}

function document(applications: readonly Application[], arms: readonly Arm[]): string {
  const forbidden = applications.filter(({ refused }) => refused !== undefined).length;
  return `## What ordinary applications meet
${applications.length} applications (test/attacks/applications) are installed as a tenant's owner on a real
control plane, their pods waited for, changed and taken away. ${forbidden} of them ask for something that
no tenant may have: the others have to work as they are where the server can fill in what pods leave out
(MutatingAdmissionPolicy, Kubernetes 1.36). Where it cannot (emulated ${WITHOUT_DEFAULTS}), the refusal says what to add. Whether an image that
starts as root runs under \`runAsNonRoot\` is decided by the kubelet, which these control planes do not have.

${table(["application", ...arms.map(({ title }) => title)], rowsOf(applications, arms))}

### What the applications are like
The corpus is made after 66 published applications, in which each trait was counted.

${table(
  ["share of applications with", "published", "corpus"],
  traits.map((trait) => [trait.what, `${trait.counted} %`, `${Math.round(shareOf(trait, applications))} %`]),
)}
`;
}

function rowsOf(applications: readonly Application[], arms: readonly Arm[]): string[][] {
  const rows = applications.map(({ name }) => [
    name,
    ...arms.map(({ results }) => verdict(results.get(name))),
  ]);
  const working = arms.map(({ results }) => [...results.values()].filter(works).length);
  return [...rows, ["works as it is", ...working.map((count) => `${count} of ${applications.length}`)]];
}

function works({ refusals, problems }: Installed): boolean {
  return refusals.length === 0 && problems.length === 0;
}

function verdict(installed: Installed | undefined): string {
  if (installed === undefined || installed.problems.length > 0) return "inconclusive";
  if (works(installed)) return `works, ${installed.pods} pods`;
  return `refused: ${[...new Set(installed.refusals.map(({ object, by }) => `${object.split("/")[0]} by ${by}`))].join(", ")}`;
}

await report();
