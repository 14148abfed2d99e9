import { type Command, Option } from "commander";
import type { Run } from "./declaration.ts";
import {
  countOrAll,
  addConfirmFlags,
  addConnectionFlags,
  addOutputFlag,
  addSpecFlags,
  addVerboseFlag,
  templatesOption,
} from "./flags.ts";

const profileOption = (): Option =>
  new Option(
    "--cluster-profile <file>",
    "the cluster's address ranges, where it does not tell them: doctor --save-profile, completed",
  ).env("MTENANT_CLUSTER_PROFILE");

const unwalledOption = (): Option =>
  new Option(
    "--allow-unwalled",
    "give adopted namespaces back although pods that the walls refuse now start there then",
  ).default(false);

const leaveClassHelp = "the spec may drop or change the class that the record names";

const takeOverHelp =
  "make mtenant's again what is these tenants' by its labels: after lost records, or from rendered files";

/** Declares `mtenant create`. */
export function declareCreate(program: Command, run: Run): void {
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
    .option("--leave-class", leaveClassHelp, false)
    .addOption(unwalledOption())
    .option("--replace-guards", "replace guards made from other templates by this version", false);
  addConfirmFlags(command);
  addVerboseFlag(command);
  addOutputFlag(command, ["text", "json"]);
  addConnectionFlags(addSpecFlags(command));
  command.addHelpText("after", createExamples);
  command.action((name, flags) => run(async () => (await import("./create.ts")).create, name, flags));
}

/** Declares `mtenant diff`. */
export function declareDiff(program: Command, run: Run): void {
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
    .option("--take-over", `plan to ${takeOverHelp}`, false)
    .option("--leave-class", leaveClassHelp, false);
  addVerboseFlag(command);
  addOutputFlag(command, ["text", "json"]);
  addConnectionFlags(addSpecFlags(command));
  command.action((name, flags) => run(async () => (await import("./diff.ts")).diff, name, flags));
}

/** Declares `mtenant verify`. */
export function declareVerify(program: Command, run: Run): void {
  const command = program
    .command("verify")
    .argument("[name...]", "the tenants")
    .description(
      "Attack a tenant's walls with its own people's rights, changing nothing. Exit code 1 when a wall does not hold, 3 when something could not be told, whatever else.",
    )
    .addOption(templatesOption())
    .addOption(profileOption())
    .option(
      "-f, --filename <path>",
      "the tenants of these spec files (may be repeated)",
      (value: string, before: string[] = []) => [...before, value],
    )
    .option("--all", "every tenant that the cluster has a record of", false)
    .option(
      "--neighbours <count>",
      "how many other tenants each tenant reaches for, a sample that stays the same; or all",
      countOrAll,
      10,
    )
    .option("-v, --verbose", "show what each role may do, and the multi-tenancy benchmark", false);
  addOutputFlag(command, ["text", "json", "junit", "sarif", "markdown"]);
  addConnectionFlags(command);
  command.addHelpText("after", verifyExamples);
  command.action((names, flags) =>
    run(async () => (await import("./verify.ts")).verify, undefined, { ...flags, names }),
  );
}

/** Declares `mtenant delete`. */
export function declareDelete(program: Command, run: Run): void {
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
    .addOption(unwalledOption())
    .option("--ignore-not-found", "a tenant that is not there is as good as deleted", false);
  addConfirmFlags(command);
  addVerboseFlag(command);
  addOutputFlag(command, ["text", "json"]);
  addConnectionFlags(command);
  command.action((name, flags) => run(async () => (await import("./delete.ts")).deleteTenants, name, flags));
}

const createExamples = `
Examples:
  mtenant create team1 --owner-group team1-admins --node n1
  mtenant create -f tenants/ --yes
  mtenant create team1 --size large        change one field of a tenant that exists; flags that may be
                                           repeated add to what there is, and -f FILE takes away
  mtenant create team1                     bring it back to what its record says`;

const verifyExamples = `
Examples:
  mtenant verify team1                              every attack, every wall, up to ten neighbours
  mtenant verify --all --neighbours all             every pair of tenants
  mtenant verify --all -o markdown >> "$GITHUB_STEP_SUMMARY"`;
