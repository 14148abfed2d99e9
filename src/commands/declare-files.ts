import { type Command, Option } from "commander";
import { version } from "../version.ts";
import type { Run } from "./declaration.ts";
import { addConnectionFlags, addOutputFlag, addSpecFlags, templatesOption } from "./flags.ts";

/** Declares `mtenant render`. */
export function declareRender(program: Command, run: Run): void {
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

/** Declares `mtenant init`. */
export function declareInit(program: Command, run: Run): void {
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

/** Declares `mtenant schema`. */
export function declareSchema(program: Command, run: Run): void {
  program
    .command("schema")
    .description("Print the JSON Schema of the spec files.")
    .action((flags) => run(async () => (await import("./schema.ts")).schema, undefined, flags));
}

/** Declares `mtenant version`. */
export function declareVersion(program: Command, run: Run): void {
  program
    .command("version")
    .description("Print the version of this program.")
    .action(() =>
      run(async () => (_name, _flags, io) => io.out(`${version}\n`).then(() => 0), undefined, {}),
    );
}
