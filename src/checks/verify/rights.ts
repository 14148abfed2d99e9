import { type Atom, covers, describeAtom, expand } from "../../boundaries/access/atoms.ts";
import { givenToAll } from "../../boundaries/access/cluster-bindings.ts";
import { tenantRoles } from "../../boundaries/access/tenant-roles.ts";
import type { AttackRequest, AttackScope } from "../../boundaries/attack.ts";
import { refusalOf } from "../../boundaries/refusal.ts";
import { type ListedRights, rightsOf } from "../../cluster/access-review.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import type { ServedKind } from "../../cluster/discover-resources.ts";
import { type Answer, sendAttack } from "../../execute/send-attack.ts";
import type { PolicyRule } from "../../facts/facts.ts";
import { kindOf } from "../../manifests/kinds.ts";
import type { TenantRole } from "../../tenant/tenant.ts";
import type { Finding, Verdict } from "./finding.ts";
import { type Attacker, attackersIn } from "./identities.ts";
import { evidenceOf, isAuthorized, isYes } from "./try-attack.ts";

/** What the server says that somebody may do in a namespace: one row of the matrix a resource. */
export interface RightsRow {
  readonly role: TenantRole;
  /** The user and the groups that were asked about. */
  readonly as: string;
  readonly namespace: string;
  /** False: the server has an authorizer that does not list what it grants, so there may be more. */
  readonly complete: boolean;
  readonly resources: readonly ResourceRights[];
}

/** `pods/exec` and its verbs; with the names of the objects where only those are meant. */
export interface ResourceRights {
  readonly resource: string;
  readonly names?: readonly string[];
  readonly verbs: readonly string[];
}

/** The matrix of one namespace, and whether it holds more than the roles of the spec give. */
export interface MeasuredRights {
  readonly rows: readonly RightsRow[];
  readonly findings: readonly Finding[];
}

/**
 * Asks the server what each subject may do, and tries whatever goes beyond the derived Role by a real request: what an
 * access review says is no verdict by itself. Throws ApiError, ConnectionError.
 */
export async function measureRights(
  cluster: Cluster,
  scope: AttackScope,
  kinds: readonly ServedKind[],
): Promise<MeasuredRights> {
  const attackers = attackersIn(scope.tenant, scope.namespace.name);
  const measured = await Promise.all(
    attackers.map(async (attacker) => {
      const listed = await rightsOf(cluster, scope.namespace.name, attacker);
      return {
        row: rowOf(scope, attacker, listed),
        finding: await judgeRights(cluster, scope, { attacker, listed, kinds }),
      };
    }),
  );
  // The others of a role have the same row, unless a finding says otherwise.
  const rows = measured.filter((_, at) => attackers[at]?.isFirst).map(({ row }) => row);
  return { rows, findings: measured.map(({ finding }) => finding) };
}

function rowOf({ namespace }: AttackScope, attacker: Attacker, { rules, complete }: ListedRights): RightsRow {
  const resources = new Map<string, { resource: string; name: string | undefined; verbs: string[] }>();
  for (const { group, resource, verb, name } of expand(rules)) {
    const full = group === "" ? resource : `${resource}.${group}`;
    const row = resources.get(JSON.stringify([full, name])) ?? { resource: full, name, verbs: [] };
    row.verbs.push(verb);
    resources.set(JSON.stringify([full, name]), row);
  }
  return {
    role: attacker.role,
    as: `${attacker.user} (${attacker.groups.join(", ")})`,
    namespace: namespace.name,
    complete,
    resources: [...resources.values()]
      .map(({ resource, name, verbs }) => ({
        resource,
        ...(name === undefined ? {} : { names: [name] }),
        verbs,
      }))
      .sort((one, other) => (one.resource < other.resource ? -1 : 1)),
  };
}

interface Listed {
  readonly attacker: Attacker;
  readonly listed: ListedRights;
  readonly kinds: readonly ServedKind[];
}

async function judgeRights(
  cluster: Cluster,
  scope: AttackScope,
  { attacker, listed, kinds }: Listed,
): Promise<Finding> {
  const allowed = allowedTo(scope, attacker);
  const beyond = expand(listed.rules).filter((atom) => !covers([...allowed, ...givenToAll], atom));
  const probes = [...new Map(beyond.flatMap((atom) => probesOf(atom, scope, { allowed, kinds }))).values()];
  const answers = await Promise.all(probes.slice(0, MOST).map((each) => sendAttack(cluster, each, attacker)));
  const isKnown = expand(allowed).some((atom) => covers(listed.rules, atom));
  const [verdict, message] = isKnown
    ? judge(beyond, answers, attacker)
    : (["inconclusive", "the server lists nothing of what the role gives"] as const);
  return {
    id: "rights",
    boundary: "access",
    title: `${attacker.called}, ${attacker.role}, may do what the spec gives and no more`,
    namespace: scope.namespace.name,
    verdict,
    message: listed.complete
      ? message
      : `${message}; an authorizer of this server does not list what it grants`,
    evidence: answers.map((answer) => evidenceOf(answer, attacker)),
  };
}

/** So many requests say enough of rights that are not supposed to be there. */
const MOST = 20;
const SHOWN = 10;

function judge(
  beyond: readonly Atom[],
  answers: readonly Answer[],
  { user }: Attacker,
): readonly [Verdict, string] {
  if (beyond.length === 0) return ["pass", "the server lists exactly that"];
  const more = beyond.length > SHOWN ? ` and ${beyond.length - SHOWN} more` : "";
  const what = `${beyond.slice(0, SHOWN).map(describeAtom).join(", ")}${more}`;
  const isThrough = answers.some(
    (answer) => isYes(answer) || (isAuthorized(answer) && refusalOf(answer, user)?.by !== "RBAC"),
  );
  if (isThrough) return ["breach", `beyond that, it may ${what}`];
  return ["inconclusive", `the server lists ${what}, and no request shows that it lets them through`];
}

/** The rules of all roles that the spec gives the same subject in the namespace. */
function allowedTo({ tenant, facts, namespace }: AttackScope, attacker: Attacker): readonly PolicyRule[] {
  const who = ({ user, groups }: Attacker): string => JSON.stringify([user, groups]);
  const same = attackersIn(tenant, namespace.name).filter((each) => who(each) === who(attacker));
  return same.flatMap(({ role }) => tenantRoles(facts)[role].rules);
}

const NAME = "mtenant-attack";

/** One request that shows whether the right is really there, by what it asks; none for what is no request (`bind`). */
function probesOf(
  { group, resource, verb, name }: Atom,
  { namespace }: AttackScope,
  { allowed, kinds }: { readonly allowed: readonly PolicyRule[]; readonly kinds: readonly ServedKind[] },
): readonly (readonly [string, AttackRequest])[] {
  const [plural = "", subresource] = resource.split("/");
  const asked = verb === "*" ? "patch" : verb;
  const served = kinds.find(
    (kind) =>
      [kind.group, "*"].includes(group) &&
      [kind.plural, "*"].includes(plural) &&
      !covers(allowed, {
        group: kind.group,
        resource: subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`,
        verb: asked,
      }),
  );
  if (served === undefined || (name !== undefined && !isSafe(asked, served))) return [];
  const place = served.namespaced ? namespace.name : "";
  const id = { group: served.group, kind: served.kind, namespace: place, name: name ?? NAME };
  const request = requestOf(asked, { served, id, ...(subresource === undefined ? {} : { subresource }) });
  return request === undefined ? [] : [[JSON.stringify(request), request]];
}

/** An object that exists may only be written as a dry-run where it is sure to be one: extension API servers may ignore it. */
function isSafe(verb: string, served: ServedKind): boolean {
  return verb === "get" || kindOf(served) !== undefined;
}

type Target = Required<Pick<Extract<AttackRequest, { verb: "patch" }>, "id" | "served">> & {
  readonly subresource?: string;
};

/** Whoever may not patch may still update or delete: each verb is asked by its own request; a patch stands for an update. */
function requestOf(verb: string, target: Target): AttackRequest | undefined {
  const { served, id, subresource } = target;
  if ((verb === "list" || verb === "watch") && subresource === undefined)
    return { verb: "list", kind: served, namespace: id.namespace };
  if (verb === "get" || verb === "delete") return { verb, ...target };
  if (verb === "patch") return { verb, body: { metadata: { labels: { [NAME]: "true" } } }, ...target };
  return undefined;
}
