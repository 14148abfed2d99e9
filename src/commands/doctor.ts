import type { Diagnosis, Health } from "../checks/doctor/diagnosis.ts";
import { examine, examineRights } from "../checks/doctor/examinations.ts";
import { look, lookAtRights, type NeededRules } from "../checks/doctor/look.ts";
import { ApiError } from "../cluster/api-error.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { explainError } from "../cluster/explain-error.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { Facts } from "../facts/facts.ts";
import { verifyRules } from "../execute/operator-role.ts";
import { encodeProfile } from "../facts/profile.ts";
import type { Io } from "../io.ts";
import { diagnosesAsJson, diagnosesAsText } from "../report/diagnoses-text.ts";
import { printJson } from "../report/json.ts";
import { shellWord } from "../report/shell-word.ts";
import type { ConnectionFlags } from "./flags.ts";
import { packagedOperatorRole } from "./role-operator.ts";
import { openCluster } from "./open-session.ts";
import { unwritable, writeNamed } from "../files/write-file.ts";

/** The flags of `doctor`. */
export interface DoctorFlags extends ConnectionFlags {
  readonly saveProfile?: string;
  readonly output: "text" | "json";
}

/** `mtenant doctor`: can this cluster hold the walls, and what would they break? Changes nothing. */
export async function doctor(_name: string | undefined, flags: DoctorFlags, io: Io): Promise<number> {
  const [cluster, needed] = await Promise.all([openCluster(flags, io), neededRules()]);
  const { diagnoses, facts } = await diagnose(cluster, needed).catch((error: unknown) => {
    throw explainError(error, cluster, "look at the cluster");
  });
  io.idle();
  if (flags.output === "json") await io.out(printJson(diagnosesAsJson(diagnoses, cluster)));
  else await io.out(diagnosesAsText(diagnoses, io.style));
  if (flags.saveProfile !== undefined) await save(flags.saveProfile, facts, io);
  return exitCodeOf(diagnoses.map(({ health }) => health));
}

async function neededRules(): Promise<NeededRules> {
  const { rules } = await packagedOperatorRole(false);
  return { operator: rules, verify: verifyRules };
}

interface Diagnosed {
  readonly diagnoses: readonly Diagnosis[];
  /** Absent: they may not be read. */
  readonly facts?: Facts;
}

/** Who may read next to nothing is told at least which rights that takes. */
async function diagnose(cluster: Cluster, needed: NeededRules): Promise<Diagnosed> {
  try {
    const seen = await look(cluster, needed);
    return { diagnoses: examine(seen), facts: seen.facts };
  } catch (error) {
    if (!(error instanceof ExpectedError && isForbidden(error.cause))) throw error;
    const unread: Diagnosis = { topic: "cluster", health: "unknown", message: error.message, evidence: [] };
    return { diagnoses: [...examineRights(await lookAtRights(cluster, needed)), unread] };
  }
}

function isForbidden(cause: unknown): boolean {
  return cause instanceof ApiError && cause.code === 403;
}

/** What could not be told weighs more than what is known to be bad. */
function exitCodeOf(healths: readonly Health[]): ExitCode {
  if (healths.includes("unknown")) return ExitCode.unable;
  return healths.includes("bad") ? ExitCode.different : ExitCode.done;
}

async function save(file: string, facts: Facts | undefined, io: Io): Promise<void> {
  if (facts === undefined) return io.note(`${file} was not written: what it would hold may not be read`);
  await writeNamed(file, encodeProfile(facts)).catch((error: unknown) => {
    throw unwritable(`the cluster profile ${file}`, error, "name another one with --save-profile");
  });
  io.note(`Wrote ${file}. Next: mtenant render -f FILE --cluster-profile ${shellWord(file)}`);
}
