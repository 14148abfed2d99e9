import type { TenantRole } from "../../src/tenant/tenant.ts";
import type { Arm, AttackRow, Place, Reply, Stopper } from "./row.ts";

/** What came of one row in one arm: of all roles that tried, the worst. */
export interface Result {
  readonly arm: Arm;
  readonly id: string;
  /** succeeded: it did what it wanted. stopped: by what has to stop it. anyway: by what Kubernetes has for everybody. */
  readonly verdict: "succeeded" | "stopped" | "anyway" | "wrong";
  /** Who stopped it. */
  readonly by?: Stopper;
  /** What was not as it has to be; empty when all was. */
  readonly problem: string;
}

/** Sends a row in an arm, as everybody who may send its twin: the twin first. */
export async function tryRow(row: AttackRow, place: Place): Promise<Result> {
  const results: Result[] = [];
  for (const role of row.roles) results.push(await tryAs(role, row, place));
  const worst = results.find(({ problem }) => problem !== "") ?? results[0];
  if (worst === undefined) throw new Error(`${row.id} is sent by nobody`);
  return worst;
}

async function tryAs(role: TenantRole, row: AttackRow, place: Place): Promise<Result> {
  const { arm } = place;
  const { id } = row;
  const person = place.people[role];
  const twin = await row.twin(place, person);
  if (!twin.through) return { arm, id, verdict: "wrong", problem: `as ${role}: the twin: ${wordsOf(twin)}` };
  const reply = await row.attack(place, person);
  const judge = arm === "bare" ? judgeBare : judgeWalled;
  const result = { arm, id, ...judge(row, place, reply) };
  if (result.problem !== "") return { ...result, problem: `as ${role}: ${result.problem}` };
  if (result.verdict !== "anyway") return result;
  const control = await row.attack(place, {
    user: "admin",
    cluster: place.admin,
    kubeconfig: place.adminKubeconfig,
  });
  if (control.by === undefined) return result;
  return {
    ...result,
    verdict: "wrong",
    problem: `not even the cluster's administrator can: ${wordsOf(control)}`,
  };
}

type Judgement = Pick<Result, "verdict" | "by" | "problem">;

/** In a bare namespace it succeeds: what fails there would prove nothing of the walls. */
function judgeBare({ stoppedAnyway }: AttackRow, _: Place, reply: Reply): Judgement {
  if (reply.through)
    return stoppedAnyway === undefined
      ? { verdict: "succeeded", problem: "" }
      : { verdict: "succeeded", problem: `it succeeds, although ${stoppedAnyway.why}` };
  if (stoppedAnyway === undefined || stoppedAnyway.by !== reply.by || reply.code !== 403)
    return { verdict: "wrong", problem: `it must succeed here: ${wordsOf(reply)}` };
  return { verdict: "anyway", by: stoppedAnyway.by, problem: "" };
}

/** Between the walls it is refused, by one of those and in the words that it must be refused by. */
function judgeWalled(row: AttackRow, place: Place, reply: Reply): Judgement {
  if (reply.through) return { verdict: "succeeded", problem: `BREACH: ${reply.request} went through` };
  const { by } = reply;
  const wrong = (problem: string): Judgement => ({
    verdict: "wrong",
    problem: `${problem}: ${wordsOf(reply)}`,
  });
  if (by === undefined || !row.stoppedBy.includes(by)) return wrong(`not by ${row.stoppedBy.join(" or ")}`);
  if (reply.code >= 300 && reply.code !== 403) return wrong("not with 403");
  const says = row.says?.(place) ?? "";
  const worded = by === row.stoppedBy[0] && by !== "RBAC" && reply.code === 403;
  if (worded && !reply.message.includes(says)) return wrong(`without the words ${says}`);
  return { verdict: "stopped", by, problem: "" };
}

function wordsOf({ request, code, by, message }: Reply): string {
  return `${request}: ${code} by ${by ?? "something else"}: ${message}`;
}
