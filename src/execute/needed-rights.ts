import type { AccessCheck } from "../cluster/access-review.ts";
import { builtInKind } from "../cluster/paths.ts";
import type { PolicyRule } from "../facts/facts.ts";
import { rulesCoverRules } from "../facts/rules.ts";
import { MANAGED_TENANTS } from "../manifests/names.ts";
import { idOf, type KubernetesObject, type ObjectId } from "../manifests/object.ts";
import { namespacesOf } from "../plan/consequences.ts";
import type { Action, Change, Plan } from "../plan/plan.ts";
import { recordId } from "../record/names.ts";
import { drainedKinds } from "./drain.ts";
import type { Probe } from "./guard-probe.ts";

/**
 * The rights that carrying out a plan takes, as the server will ask for them: a server-side apply that creates is asked
 * for `patch` and `create`, both with the name of the URL (kubernetes: apiserver/pkg/endpoints/handlers/patch.go).
 * `own`: the rules that the caller holds in every namespace.
 */
export function neededRights(plan: Plan, own: readonly PolicyRule[]): AccessCheck[] {
  const changes = plan.waves.flatMap((wave) => wave.changes).filter(({ action }) => action !== "unchanged");
  if (changes.length === 0) return [];
  const going = new Set(namespacesOf(plan).gone);
  return [
    { verb: "manage", ...MANAGED_TENANTS },
    ...recordRights(plan),
    ...[...going].flatMap(drainingRights),
    ...changes.flatMap((change) =>
      goesAlong(change, going)
        ? []
        : [...writingRights(change), ...grantingRights(change, own), ...parameterRights(change)],
    ),
  ];
}

/** The rights that asking the guards takes: each probe is applied as a dry-run under its own name. */
export function probingRights(probes: readonly Probe[]): AccessCheck[] {
  return probes.flatMap(({ object }) => ["create", "patch"].map((verb) => check(verb, idOf(object))));
}

const verbsOf: Readonly<Record<Action, readonly string[]>> = {
  create: ["create", "patch"],
  adopt: ["patch"],
  update: ["patch"],
  recreate: ["delete", "create", "patch"],
  delete: ["delete"],
  amend: ["patch"],
  release: ["patch"],
  unchanged: [],
  // A server that refuses a dry-run may do so for want of the right to it.
  refuse: ["patch"],
};

function writingRights({ action, id, live }: Change): AccessCheck[] {
  const verbs = action === "amend" && live === undefined ? verbsOf.create : verbsOf[action];
  return ["get", ...verbs].map((verb) => check(verb, id));
}

/** The record is posted, put, and at the end deleted. */
function recordRights({ owner }: Plan): AccessCheck[] {
  const id = recordId(owner);
  return [ofEveryName(check("create", id)), ...["get", "update", "delete"].map((verb) => check(verb, id))];
}

/**
 * What the server's protection against escalation asks for: `escalate` of who writes a Role with rights that they do
 * not hold, `bind` of who binds it (kubernetes: pkg/registry/rbac).
 */
function grantingRights({ action, id, manifest }: Change, own: readonly PolicyRule[]): AccessCheck[] {
  if (action === "delete" || id.group !== "rbac.authorization.k8s.io") return [];
  const { rules = [], roleRef } = (manifest?.object ?? {}) as {
    readonly rules?: readonly PolicyRule[];
    readonly roleRef?: { readonly name: string };
  };
  if (id.kind === "Role") return rulesCoverRules(own, rules) ? [] : [check("escalate", id)];
  return roleRef === undefined ? [] : [check("bind", { ...id, kind: "Role", name: roleRef.name })];
}

/** Who writes a policy with parameters must be able to read all of them (kubernetes: pkg/registry/admissionregistration). */
function parameterRights({ action, manifest }: Change): AccessCheck[] {
  const kind = action === "delete" ? undefined : parameterKind(manifest?.object);
  return kind === undefined ? [] : [ofEveryName(check("get", { ...kind, namespace: "", name: "" }))];
}

/** The kind that an admission policy takes its parameters from. */
export function parameterKind(
  object: KubernetesObject | undefined,
): { readonly group: string; readonly kind: string } | undefined {
  const { paramKind } = (object?.["spec"] ?? {}) as { paramKind?: { apiVersion: string; kind: string } };
  if (paramKind === undefined) return undefined;
  return { group: paramKind.apiVersion.split("/").slice(0, -1).join("/"), kind: paramKind.kind };
}

function drainingRights(namespace: string): AccessCheck[] {
  const quota = { group: "", kind: "ResourceQuota", namespace, name: "" };
  return [
    ofEveryName(check("patch", quota)),
    ...drainedKinds.map((kind) => ofEveryName(check("deletecollection", { ...kind, namespace, name: "" }))),
  ];
}

/** What a namespace takes with it is not deleted one by one; access goes first, and by itself. */
function goesAlong({ id }: Change, going: ReadonlySet<string>): boolean {
  return going.has(id.namespace) && id.kind !== "RoleBinding";
}

function check(verb: string, id: ObjectId): AccessCheck & { readonly name: string } {
  const { group, plural } = builtInKind(id);
  const place = id.namespace === "" ? {} : { namespace: id.namespace };
  return { verb, group, resource: plural, ...place, name: id.name };
}

function ofEveryName(named: AccessCheck): AccessCheck {
  const { name: _name, ...rest } = named;
  return rest;
}
