import type { Attack, AttackScope } from "../../boundaries/attack.ts";
import { refusalOf } from "../../boundaries/refusal.ts";
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
    evidence: answers.map((answer) => evidenceOf(answer, as)),
  });
  const twin = await sendAttack(cluster, attack.twin(scope), as);
  if (!isYes(twin)) return found("inconclusive", "the harmless twin is refused as well", [twin]);
  const answer = await sendAttack(cluster, attack.request(scope), as);
  return found(...judge(attack, scope, answer, as), [twin, answer]);
}

/** Did the server say yes? */
export function isYes({ code }: Answer): boolean {
  return code >= 200 && code < 300;
}

function judge(attack: Attack, scope: AttackScope, answer: Answer, as: Identity): readonly [Verdict, string] {
  if (isYes(answer)) {
    const isMended = answer.object !== undefined && attack.mended?.(answer.object, scope) === true;
    return isMended ? ["pass", "the server repairs it"] : ["breach", "the server lets it through"];
  }
  const refusal = refusalOf(answer, as.user);
  if (refusal?.broken === true)
    return ["inconclusive", `${refusal.by} is broken: it refuses because it cannot judge`];
  if (refusal !== undefined && attack.refusedBy.includes(refusal.by))
    return ["pass", `refused by ${refusal.by}`];
  if (isAuthorized(answer) && attack.refusedBy.every((each) => each === "RBAC"))
    return ["breach", "the authorizer lets it through; only something else kept it from working"];
  return [
    "inconclusive",
    `refused by ${refusal?.by ?? "something else"} instead of ${attack.refusedBy.join(" or ")}`,
  ];
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
