import type { Attack, AttackScope } from "../../boundaries/attack.ts";
import { isWarnedBy, refusalOf } from "../../boundaries/refusal.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { type Answer, type Identity, sendAttack } from "../../execute/send-attack.ts";
import type { Evidence, Finding, Verdict } from "./finding.ts";

/** The harmless twin first: without it a refusal proves nothing. Throws ConnectionError. */
export async function tryAttack(
  cluster: Cluster,
  attack: Attack,
  scope: AttackScope,
  as: Identity,
): Promise<Finding> {
  const found = (verdict: Verdict, message: string, answers: readonly Answer[]): Finding => ({
    id: attack.id,
    boundary: attack.boundary,
    title: `a tenant that ${attack.title}`,
    namespace: scope.namespace.name,
    verdict,
    message,
    evidence: answers.map((answer, at) => ({
      part: at === 0 ? "twin" : "attack",
      ...evidenceOf(answer, as),
    })),
  });
  const twin = await sendAttack(cluster, attack.twin(scope), as);
  const isFull = !isYes(twin) && isRefusedByQuota(twin, as);
  if (!isYes(twin) && !isFull) return found("inconclusive", "the harmless twin is refused as well", [twin]);
  const answer = await sendAttack(cluster, attack.request(scope), as);
  const [verdict, message] = judge(attack, scope, answer, as);
  return found(verdict, isFull ? `${message}; ${TWIN_WAITS}` : message, [twin, answer]);
}

const TWIN_WAITS = "the harmless twin passed all that, and only the full quota refused it";

/**
 * ResourceQuota is the last step of admission (kubernetes: pkg/kubeapiserver/options/plugins.go): what it refuses has
 * passed the authorizer, validation and every guard. Otherwise a tenant that fills its quota could blind all checks.
 */
function isRefusedByQuota(answer: Answer, { user }: Identity): boolean {
  return refusalOf(answer, user)?.by === "ResourceQuota";
}

/** Did the server say yes? */
export function isYes({ code }: Answer): boolean {
  return code >= 200 && code < 300;
}

function judge(attack: Attack, scope: AttackScope, answer: Answer, as: Identity): readonly [Verdict, string] {
  if (isYes(answer)) {
    const isMended = answer.object !== undefined && attack.mended?.(answer.object, scope) === true;
    return isMended ? ["pass", "the server repairs it"] : letThrough(attack, scope, answer, "the server");
  }
  const refusal = refusalOf(answer, as.user);
  if (refusal?.broken === true)
    return ["inconclusive", `${refusal.by} is broken: it refuses because it cannot judge`];
  if (refusal !== undefined && attack.refusedBy.includes(refusal.by))
    return ["pass", `refused by ${refusal.by}`];
  if (isRefusedByQuota(answer, as)) return passedToQuota(attack, scope, answer);
  if (isAuthorized(answer) && attack.refusedBy.every((each) => each === "RBAC"))
    return ["breach", "the authorizer lets it through; only something else kept it from working"];
  return [
    "inconclusive",
    `refused by ${refusal?.by ?? "something else"} instead of ${attack.refusedBy.join(" or ")}`,
  ];
}

/** It stands before a full quota; what the server would have made of it is not to be seen. */
function passedToQuota(attack: Attack, scope: AttackScope, answer: Answer): readonly [Verdict, string] {
  if (attack.mended === undefined) return letThrough(attack, scope, answer, "all but the full quota");
  return ["inconclusive", "the quota is full, and only with room in it the server shows what it repairs"];
}

/** The wall did not hold; the spec may say so, where the server warns in its name. */
function letThrough(
  { refusedBy }: Attack,
  { namespace: { enforcement } }: AttackScope,
  { warnings }: Answer,
  who: string,
): readonly [Verdict, string] {
  const isWarned = enforcement !== undefined && refusedBy.some((each) => isWarnedBy(warnings, each));
  return isWarned
    ? ["open", `open until ${enforcement.until}, as the spec says`]
    : ["breach", `${who} lets it through`];
}

/** These answers come after authorization: the object does not exist, or is not valid. */
export function isAuthorized({ code }: Answer): boolean {
  return [400, 404, 405, 409, 410, 422].includes(code);
}

/** An answer as it is reported. */
export function evidenceOf({ request, code, reason, message }: Answer, as: Identity): Evidence {
  const by = refusalOf({ code, message }, as.user)?.by;
  return {
    as: `${as.user} (${as.groups.join(", ")})`,
    request,
    code,
    reason,
    message,
    ...(by === undefined ? {} : { refusedBy: by }),
  };
}
