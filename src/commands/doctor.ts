import type { Health } from "../checks/doctor/diagnosis.ts";
import { examine } from "../checks/doctor/examinations.ts";
import { look } from "../checks/doctor/look.ts";
import { explainError } from "../cluster/explain-error.ts";
import { ExitCode } from "../errors.ts";
import { encodeProfile } from "../facts/profile.ts";
import type { Io } from "../io.ts";
import { diagnosesAsJson, diagnosesAsText } from "../report/diagnoses-text.ts";
import { printJson } from "../report/json.ts";
import type { ConnectionFlags } from "./flags.ts";
import { packagedOperatorRole } from "./role-operator.ts";
import { openCluster } from "./session.ts";
import { unwritable, writeNamed } from "./write-file.ts";

/** The flags of `doctor`. */
export interface DoctorFlags extends ConnectionFlags {
  readonly saveProfile?: string;
  readonly output: "text" | "json";
}

/** `mtenant doctor`: can this cluster hold the walls, and what would they break? Changes nothing. */
export async function doctor(_name: string | undefined, flags: DoctorFlags, io: Io): Promise<number> {
  const [cluster, { rules }] = await Promise.all([openCluster(flags, io), packagedOperatorRole()]);
  const seen = await look(cluster, rules).catch((error: unknown) => {
    throw explainError(error, cluster, "look at the cluster");
  });
  const diagnoses = examine(seen);
  io.idle();
  if (flags.output === "json") await io.out(printJson(diagnosesAsJson(diagnoses, cluster)));
  else await io.out(diagnosesAsText(diagnoses, io.style));
  if (flags.saveProfile !== undefined) {
    await save(flags.saveProfile, encodeProfile(seen.facts));
    io.note(
      `Wrote ${flags.saveProfile}. Next: mtenant render -f FILE --cluster-profile ${flags.saveProfile}`,
    );
  }
  return exitCodeOf(diagnoses.map(({ health }) => health));
}

/** What could not be told weighs more than what is known to be bad. */
function exitCodeOf(healths: readonly Health[]): ExitCode {
  if (healths.includes("unknown")) return ExitCode.unable;
  return healths.includes("bad") ? ExitCode.different : ExitCode.done;
}

async function save(file: string, text: string): Promise<void> {
  await writeNamed(file, text).catch((error: unknown) => {
    throw unwritable(`the cluster profile ${file}`, error, "name another one with --save-profile");
  });
}
