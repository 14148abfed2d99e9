import { type Command, Option } from "commander";
import type { Run } from "./declaration.ts";
import { addConnectionFlags, addOutputFlag } from "./flags.ts";

/** Declares `mtenant list`. */
export function declareList(program: Command, run: Run): void {
  const command = program.command("list").description("List the tenants that the cluster has records of.");
  addOutputFlag(command, ["text", "json"]);
  addConnectionFlags(command);
  command.action((flags) => run(async () => (await import("./list.ts")).list, undefined, flags));
}

/** Declares `mtenant doctor`. */
export function declareDoctor(program: Command, run: Run): void {
  const command = program
    .command("doctor")
    .description(
      "Can this cluster hold the walls, and what would they break? Changes nothing. Exit code 1 when a wall does not hold, 3 when it cannot tell.",
    )
    .option(
      "--save-profile <file>",
      "write what is known of the cluster to a file, to be completed, for --cluster-profile",
    );
  addOutputFlag(command, ["text", "json"]);
  addConnectionFlags(command);
  command.action((flags) => run(async () => (await import("./doctor.ts")).doctor, undefined, flags));
}

/** Declares `mtenant role explain` and `mtenant role operator`. */
export function declareRole(program: Command, run: Run): void {
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
