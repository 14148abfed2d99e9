import { Command, CommanderError, Option } from "commander";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { Io } from "../io.ts";
import { escapeControl } from "../report/escape.ts";
import { labelFault } from "../tenant/names.ts";
import { version } from "../version.ts";
import { addConfirmFlags, addConnectionFlags, addOutputFlag, addSpecFlags, addVerboseFlag } from "./flags.ts";

type Action = (name: string | undefined, flags: never, io: Io) => Promise<number>;

/**
 * Parses argv and runs one command. Usage errors print themselves and give exit code 2: commander's own 1 would read
 * as "different" in a pipeline.
 */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  let code: number = ExitCode.done;
  const printing: Promise<void>[] = [];
  const program = declare(async (load, name, flags) => {
    if (name !== undefined) refuseImpossible(name);
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
  }
  await Promise.all(printing);
  return code;
}

/** No tenant can have such a name: it is a slip, and no command may take it for one that does not exist. */
function refuseImpossible(name: string): void {
  const fault = labelFault(name);
  if (fault === undefined) return;
  const problems = [{ where: "NAME", message: `metadata.name: ${fault}` }];
  throw new ExpectedError(ExitCode.usage, "no tenant can have this name", { problems });
}

type Run = (load: () => Promise<Action>, name: string | undefined, flags: object) => Promise<void>;

function declare(run: Run): Command {
  const program = new Command("mtenant")
    .description("Hard-isolated tenants on Kubernetes: shown before anything changes, nothing left behind.")
    .version(version, "-V, --version")
    .showHelpAfterError("(add --help for the usage)")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText("after", programExamples);
  for (const declareCommand of [
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
  ]) {
    declareCommand(program, run);
  }
  return program;
}

const templatesOption = (): Option =>
  new Option("--templates <dir>", "templates that replace the packaged ones of the same name").env(
    "MTENANT_TEMPLATES",
  );

const profileOption = (): Option =>
  new Option(
    "--cluster-profile <file>",
    "the cluster's address ranges, where it does not tell them: doctor --save-profile, completed",
  ).env("MTENANT_CLUSTER_PROFILE");

const takeOverHelp =
  "make mtenant's again what is these tenants' by its labels: after lost records, or from rendered files";

function declareCreate(program: Command, run: Run): void {
  const command = program
    .command("create")
    .alias("apply")
    .argument("[name]", "the tenant")
    .description(
      "Create tenants, or bring them to what their spec says: shows the plan, asks, does it, waits.",
    )
    .addOption(templatesOption())
    .addOption(profileOption())
    .option("--force-conflicts", "take over fields that another manager set on an adopted object", false)
    .option("--take-over", takeOverHelp, false)
    .option("--replace-guards", "replace guards made from other templates by this version", false);
  addConfirmFlags(command);
  addVerboseFlag(command);
  addOutputFlag(command, ["text", "json"]);
  addConnectionFlags(addSpecFlags(command));
  command.addHelpText("after", createExamples);
  command.action((name, flags) => run(async () => (await import("./create.ts")).create, name, flags));
}

function declareDiff(program: Command, run: Run): void {
  const command = program
    .command("diff")
    .argument("[name]", "the tenant")
    .description("Show what create would do, object by object. Exit code 1 when there is a difference.")
    .addOption(templatesOption())
    .addOption(profileOption())
    .option(
      "--force-conflicts",
      "plan to take over fields that another manager set on an adopted object",
      false,
    )
    .option("--take-over", `plan to ${takeOverHelp}`, false);
  addVerboseFlag(command);
  addOutputFlag(command, ["text", "json"]);
  addConnectionFlags(addSpecFlags(command));
  command.action((name, flags) => run(async () => (await import("./diff.ts")).diff, name, flags));
}

function declareVerify(program: Command, run: Run): void {
  const command = program
    .command("verify")
    .argument("[name]", "the tenant")
    .description(
      "Attack a tenant's walls with its own people's rights, changing nothing. Exit code 1 on a breach, 3 when it cannot tell.",
    )
    .addOption(templatesOption())
    .addOption(profileOption())
    .option(
      "-f, --filename <path>",
      "the tenants of these spec files (may be repeated)",
      (value: string, before: string[] = []) => [...before, value],
    );
  addOutputFlag(command, ["text", "json", "junit", "sarif"]);
  addConnectionFlags(command);
  command.action((name, flags) => run(async () => (await import("./verify.ts")).verify, name, flags));
}

function declareDelete(program: Command, run: Run): void {
  const command = program
    .command("delete")
    .argument("[name]", "the tenant")
    .description(
      "Take a tenant away, from its record: shows what goes and what stays, asks for the name, proves that nothing is left.",
    )
    .option(
      "-f, --filename <path>",
      "the tenants of these spec files (may be repeated)",
      (value: string, before: string[] = []) => [...before, value],
    )
    .option("--confirm <name>", "the tenant's name, typed beforehand")
    .option("--ignore-not-found", "a tenant that is not there is as good as deleted", false);
  addConfirmFlags(command);
  addVerboseFlag(command);
  addOutputFlag(command, ["text", "json"]);
  addConnectionFlags(command);
  command.action((name, flags) => run(async () => (await import("./delete.ts")).deleteTenants, name, flags));
}

function declareRender(program: Command, run: Run): void {
  const command = program
    .command("render")
    .argument("[name]", "the tenant")
    .description("Print the manifests, or write them to a folder that can be committed. Needs no cluster.")
    .option("--output-dir <dir>", "write one object a file, with kustomization.yaml files")
    .option("--prune", "remove the tenants from the output folder that are in none of the spec files", false)
    .addOption(
      new Option(
        "--kubernetes <minor>",
        "the Kubernetes minor to render for without a cluster: 1.34",
      ).conflicts("clusterProfile"),
    )
    .option("--cluster-profile <file>", "what is known of the cluster, from a file: doctor --save-profile")
    .addOption(templatesOption());
  addOutputFlag(command, ["yaml", "json"]);
  addConnectionFlags(addSpecFlags(command));
  command.action((name, flags) => run(async () => (await import("./render.ts")).render, name, flags));
}

function declareList(program: Command, run: Run): void {
  const command = program.command("list").description("List the tenants that the cluster has records of.");
  addOutputFlag(command, ["text", "json"]);
  addConnectionFlags(command);
  command.action((flags) => run(async () => (await import("./list.ts")).list, undefined, flags));
}

function declareDoctor(program: Command, run: Run): void {
  const command = program
    .command("doctor")
    .description("Can this cluster hold the walls, and what would they break? Changes nothing.")
    .option(
      "--save-profile <file>",
      "write what is known of the cluster to a file, to be completed, for --cluster-profile",
    );
  addOutputFlag(command, ["text", "json"]);
  addConnectionFlags(command);
  command.action((flags) => run(async () => (await import("./doctor.ts")).doctor, undefined, flags));
}

function declareRole(program: Command, run: Run): void {
  const role = program.command("role").description("What a tenant may do, and what running mtenant takes.");
  declareRoleOperator(role, run);
  const command = role
    .command("explain")
    .description(
      "Every rule of the cluster's own ClusterRole that a tenant's Role is derived from: kept or dropped, and why.",
    )
    .addOption(
      new Option(
        "--role <role>",
        "the tenant's Role: Owner from admin, Developer from edit, Viewer from view",
      )
        .choices(["Owner", "Developer", "Viewer"])
        .default("Owner"),
    )
    .option(
      "--kubernetes <minor>",
      "explain the built-in rules of a Kubernetes minor, without a cluster: 1.34",
    );
  addOutputFlag(command, ["text", "json"]);
  addConnectionFlags(command);
  command.action((flags) =>
    run(async () => (await import("./role-explain.ts")).roleExplain, undefined, flags),
  );
}

function declareRoleOperator(role: Command, run: Run): void {
  const command = role
    .command("operator")
    .description("Print the ClusterRole with the least rights that running mtenant needs, and why each.")
    .option("--verify", "with what verify needs: to act as anybody", false);
  addOutputFlag(command, ["yaml", "json"]);
  command.action((flags) =>
    run(async () => (await import("./role-operator.ts")).roleOperator, undefined, flags),
  );
}

function declareInit(program: Command, run: Run): void {
  const command = program
    .command("init")
    .argument("[name]", "the tenant")
    .description(
      "Write a spec file to start from: NAME.yaml, or --output-file. Asks on a terminal when no flag says anything.",
    )
    .option("--output-file <file>", "the file to write, which must not exist yet; - for stdout");
  addSpecFlags(command);
  command.action((name, flags) => run(async () => (await import("./init.ts")).init, name, flags));
}

function declareSchema(program: Command, run: Run): void {
  program
    .command("schema")
    .description("Print the JSON Schema of the spec files.")
    .action((flags) => run(async () => (await import("./schema.ts")).schema, undefined, flags));
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
  3 the cluster would not      4 it belongs to someone else    5 timed out
  6 partly done; run it again  70 a bug of mtenant             130 interrupted`;

const createExamples = `
Examples:
  mtenant create team1 --owner-group team1-admins --node n1
  mtenant create -f tenants/ --yes
  mtenant create team1 --size large        change one field of a tenant that exists
  mtenant create team1                     bring it back to what its record says`;
