import { Command, CommanderError } from "commander";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { Io } from "../io.ts";
import { escapeControl } from "../report/escape.ts";
import { labelFault } from "../tenant/names.ts";
import { version } from "../version.ts";
import type { Declare, Run } from "./declaration.ts";
import { declareDoctor, declareList, declareRole } from "./declare-cluster.ts";
import { declareInit, declareRender, declareSchema, declareVersion } from "./declare-files.ts";
import { declareCreate, declareDelete, declareDiff, declareVerify } from "./declare-life.ts";
import { EACH_FILE } from "./flags.ts";
import { addHelpCommand } from "./help.ts";

/**
 * Parses argv and runs one command. Usage errors print themselves and give exit code 2: commander's own 1 would read
 * as "different" in a pipeline.
 */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  let code: number = ExitCode.done;
  const printing: Promise<void>[] = [];
  const program = declare(async (load, name, flags) => {
    const { names = name === undefined ? [] : [name] } = flags as { readonly names?: readonly string[] };
    for (const each of names) refuseImpossible(each, flags);
    code = await (await load())(name, flags as never, io);
  });
  forEachCommand(program, (command) =>
    command.exitOverride().configureOutput({
      writeOut: (text) => printing.push(io.out(text)),
      writeErr: (text) => io.note(escapeControl(text.trimEnd())),
    }),
  );
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
    const isTooMany = error.code === "commander.excessArguments";
    if (isTooMany && argv.some((word) => /^(-f|--filename)/.test(word))) io.note(`hint: ${EACH_FILE}`);
  }
  await Promise.all(printing);
  return code;
}

/** No tenant can have such a name: it is a slip, and no command may take it for one that does not exist. */
function refuseImpossible(name: string, flags: { readonly filename?: unknown }): void {
  const fault = labelFault(name);
  if (fault === undefined) return;
  const problems = [{ where: "NAME", message: `metadata.name: ${fault}` }];
  throw new ExpectedError(ExitCode.usage, "no tenant can have this name", {
    problems,
    ...(flags.filename === undefined ? {} : { hint: EACH_FILE }),
  });
}

/** In the order of the help. */
const declarations: readonly Declare[] = [
  declareCreate,
  declareDiff,
  declareVerify,
  declareDelete,
  declareRender,
  declareList,
  declareDoctor,
  declareRole,
  declareInit,
  declareSchema,
  declareVersion,
];

function declare(run: Run): Command {
  const program = new Command("mtenant")
    .description("Hard-isolated tenants on Kubernetes: shown before anything changes, nothing left behind.")
    .version(version, "-V, --version")
    .showHelpAfterError("(add --help for the usage)")
    .addHelpText("after", programExamples);
  for (const declareCommand of declarations) declareCommand(program, run);
  addHelpCommand(program);
  return program;
}

function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) forEachCommand(child, visit);
}

const programExamples = `
Examples:
  mtenant create team1 --owner-group team1-admins --node n1   a tenant on a node of its own
  mtenant diff -f tenants/                                   what differs; exit code 1 when something does
  mtenant render -f tenants/ --output-dir manifests          manifests to commit
  mtenant delete team1                                       and nothing is left

Exit codes:
  0 done, or no difference     1 differences                   2 usage, spec, declined
  3 the cluster would not      4 someone else's, in use, going 5 timed out
  6 partly done; run it again  70 a bug of mtenant             130 interrupted`;
