import { attacks } from "../../../src/boundaries/attacks.ts";
import type { Attack, AttackRequest } from "../../../src/boundaries/attack.ts";
import type { ApiRequest, Cluster } from "../../../src/cluster/cluster.ts";
import { sendAttack } from "../../../src/execute/send-attack.ts";
import { stoppedAnyway } from "../anyway.ts";
import {
  type AttackRow,
  ifAuthorized,
  type Person,
  type Place,
  refused,
  type Reply,
  type Stopper,
} from "../row.ts";

/** The attacks of `mtenant verify`, each sent with a person's own token instead of by impersonation; what writes is a dry-run. */
export const rowsOfTheProduct: readonly AttackRow[] = attacks.map((attack): AttackRow => {
  const { id, title, roles = ["Owner", "Developer"], when, says = "" } = attack;
  const anyway = stoppedAnyway(id);
  return {
    id,
    title,
    roles,
    stoppedBy: stoppersOf(attack),
    ...(anyway === undefined ? {} : { stoppedAnyway: anyway }),
    ...(when === undefined ? {} : { applies: ({ scope }) => when(scope) }),
    says: ({ scope }) => (typeof says === "string" ? says : says(scope)),
    attack: (place, person) => dryRun(attack, attack.request(place.scope), place, person),
    twin: (place, person) => dryRun(undefined, attack.twin(place.scope), place, person),
  };
});

/** What the authorizer has to refuse, it refuses before anybody else is asked: no guard behind it counts. */
function stoppersOf({ refusedBy, mended }: Attack): readonly Stopper[] {
  if (refusedBy.includes("RBAC")) return ["RBAC"];
  return mended === undefined ? refusedBy : [...refusedBy, "pod defaults"];
}

async function dryRun(
  attack: Attack | undefined,
  request: AttackRequest,
  { scope }: Place,
  { user, cluster }: Person,
): Promise<Reply> {
  const answer = await sendAttack(asThemselves(cluster), request, { user, groups: [] });
  const { request: text, code, object } = answer;
  if (code < 300) {
    const isMended = object !== undefined && attack?.mended?.(object, scope) === true;
    return {
      request: text,
      through: !isMended,
      code,
      message: "",
      ...(isMended ? { by: "pod defaults" } : {}),
    };
  }
  const reply = refused(text, answer, user);
  return "subresource" in request && request.subresource === "proxy" ? ifAuthorized(reply) : reply;
}

/** The person's own credentials already say who they are. */
function asThemselves(cluster: Cluster): Cluster {
  const send: Cluster["send"] = (request) => cluster.send(withoutImpersonation(request));
  return { context: cluster.context, server: cluster.server, send, close: () => cluster.close() };
}

function withoutImpersonation(request: ApiRequest): ApiRequest {
  const entries = Object.entries(request).filter(([name]) => name !== "impersonate");
  return Object.fromEntries(entries) as unknown as ApiRequest;
}
