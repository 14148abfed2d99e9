import {
  type AttackRequest,
  type AttackScope,
  type Neighbour,
  noNeighbour,
} from "../../boundaries/attack.ts";
import { refusalOf } from "../../boundaries/refusal.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import type { Discovery, ServedKind } from "../../cluster/discover-resources.ts";
import { type Answer, sendAttack } from "../../execute/send-attack.ts";
import type { Finding, Verdict } from "./finding.ts";
import { type Attacker, attackersIn, towards } from "./identities.ts";
import { evidenceOf, isAuthorized, isYes } from "./try-attack.ts";

/** No object is called so: whoever may write it is told that it does not exist. */
const NAME = "mtenant-attack";

/** Where one person tries everything, and the harmless request that shows that the person is known there. */
interface Sweep {
  readonly id: string;
  readonly title: string;
  readonly kinds: readonly ServedKind[];
  /** "" for kinds of the whole cluster. */
  readonly namespace: string;
  readonly neighbour?: Neighbour;
}

/**
 * Reads and writes every kind that the server serves, those of third parties too: the kinds of the whole cluster, and all
 * others in the first neighbour's namespace. One person of each role tries. Throws ConnectionError.
 */
export async function reachEveryKind(
  cluster: Cluster,
  { kinds, failed }: Discovery,
  scopes: readonly AttackScope[],
  neighbours: readonly Neighbour[],
): Promise<readonly Finding[]> {
  const [neighbour = noNeighbour] = neighbours;
  const sweeps: readonly Sweep[] = [
    {
      id: "every-cluster-kind",
      title: "a tenant that reads or changes any kind of the whole cluster",
      kinds: kinds.filter((kind) => !kind.namespaced),
      namespace: "",
    },
    {
      id: "every-neighbour-kind",
      title: "a tenant that reads or changes any kind of a neighbour's",
      kinds: kinds.filter((kind) => kind.namespaced),
      namespace: neighbour.namespace,
      neighbour,
    },
  ];
  const people = peopleIn(scopes);
  return Promise.all(
    sweeps.flatMap((sweep) =>
      people.map(({ scope, attacker }) => trySweep(cluster, { ...sweep, failed }, scope, attacker)),
    ),
  );
}

interface Person {
  readonly scope: AttackScope;
  readonly attacker: Attacker;
}

/** The first of each role, in the first namespace where somebody has it. */
function peopleIn(scopes: readonly AttackScope[]): readonly Person[] {
  const all = scopes.flatMap((scope) =>
    attackersIn(scope.tenant, scope.namespace.name).map((attacker) => ({ scope, attacker })),
  );
  return [...new Map(all.toReversed().map((each) => [each.attacker.role, each])).values()].reverse();
}

async function trySweep(
  cluster: Cluster,
  { id, title, kinds, namespace, neighbour, failed }: Sweep & Pick<Discovery, "failed">,
  scope: AttackScope,
  attacker: Attacker,
): Promise<Finding> {
  const own = scope.namespace.name;
  const twin = await sendAttack(cluster, listing({ group: "", kind: "Pod" }, own), attacker);
  const answers = await Promise.all(
    kinds.flatMap((kind) => requestsFor(kind, namespace).map((each) => sendAttack(cluster, each, attacker))),
  );
  const through = answers.filter((answer) => refusalOf(answer, attacker.user)?.by !== "RBAC");
  const [verdict, message] = judge(twin, answers, through);
  const found: Finding = {
    id,
    boundary: "access",
    title,
    namespace: own,
    verdict,
    message: failed.length === 0 ? message : `${message}; ${failed.join(", ")} does not answer: not tried`,
    evidence: [twin, ...through].map((answer, at) => ({
      part: at === 0 ? "twin" : "attack",
      ...evidenceOf(answer, attacker),
    })),
  };
  return neighbour === undefined ? found : towards(neighbour, attacker, found);
}

function judge(twin: Answer, all: readonly Answer[], through: readonly Answer[]): readonly [Verdict, string] {
  if (!isYes(twin)) return ["inconclusive", "the harmless twin is refused as well"];
  if (through.length === 0) return ["pass", `RBAC refuses ${all.length} of ${all.length} requests`];
  return through.some((answer) => isYes(answer) || isAuthorized(answer))
    ? ["breach", `the authorizer lets ${through.length} of ${all.length} requests through`]
    : [
        "inconclusive",
        `${through.length} of ${all.length} requests were refused by something else than RBAC`,
      ];
}

function requestsFor(kind: ServedKind, namespace: string): readonly AttackRequest[] {
  const id = { group: kind.group, kind: kind.kind, namespace, name: NAME };
  const body = { metadata: { labels: { [NAME]: "true" } } };
  return [
    listing(kind, namespace),
    ...(kind.verbs.includes("patch") ? [{ verb: "patch", id, body, served: kind } as const] : []),
  ];
}

function listing(kind: Pick<ServedKind, "group" | "kind">, namespace: string): AttackRequest {
  return { verb: "list", kind, namespace };
}
