import { readObject } from "../cluster/read-object.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import { FIELD_MANAGER } from "../manifests/names.ts";
import type { Json, KubernetesObject } from "../manifests/object.ts";
import { describeId, idOf } from "../manifests/object.ts";
import { meaningfulPart } from "../plan/field-changes.ts";
import { overlay, sameJson } from "../plan/json-values.ts";
import { ownEntry } from "../plan/unchanged.ts";
import { conflictsOf, isStale, sendApply, withPreconditions } from "./apply-request.ts";
import type { Execution } from "./execution.ts";

const TRIES = 5;

/**
 * Creates an object that did not exist when the plan was made. When somebody else was first, what was added to theirs
 * is taken back. Throws ExpectedError (exit code 4), ApiError, ConnectionError.
 */
export async function createObject(
  { cluster }: Execution,
  wanted: KubernetesObject,
): Promise<KubernetesObject> {
  const { object, created } = await sendApply(cluster, wanted, { force: false }).catch(
    explainConflicts(wanted),
  );
  if (created || isOnlyOurs(object)) return standing(object);
  await withdraw({ cluster }, object);
  throw refusedAs(wanted, "somebody else created it at the same time; what was added to it is taken back");
}

/** Has nobody else set a field of it? Then a lost answer to our own create is why it exists. */
function isOnlyOurs(object: KubernetesObject): boolean {
  const managers = (object.metadata.managedFields ?? []).filter(({ subresource = "" }) => subresource === "");
  return managers.every(({ manager, operation }) => manager === FIELD_MANAGER && operation === "Apply");
}

/** Gives up every field of ours: what nobody else set goes. */
export async function withdraw(
  { cluster }: Pick<Execution, "cluster">,
  live: KubernetesObject,
): Promise<KubernetesObject> {
  const { name, namespace, uid } = live.metadata;
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
  };
  const nothing = { apiVersion: live.apiVersion, kind: live.kind, metadata };
  return (await sendApply(cluster, nothing, { force: false })).object;
}

/**
 * Applies onto the object that the plan was made from. When it was touched meanwhile it is read again: as long as our
 * fields are as they were, the plan still stands. Throws ExpectedError (exit code 4), ApiError, ConnectionError.
 */
export async function updateObject(
  { cluster }: Execution,
  wanted: KubernetesObject,
  planned: KubernetesObject,
  force: boolean,
): Promise<KubernetesObject> {
  let live = planned;
  for (let tries = 1; ; tries += 1) {
    try {
      const { object } = await sendApply(cluster, withPreconditions(wanted, live), { force });
      return standing(object);
    } catch (error) {
      if (!isStale(error) || tries >= TRIES) throw explained(wanted, error);
      live = await readAgain(cluster, wanted, planned);
    }
  }
}

async function readAgain(
  cluster: Execution["cluster"],
  wanted: KubernetesObject,
  planned: KubernetesObject,
): Promise<KubernetesObject> {
  const now = await readObject(cluster, idOf(wanted));
  if (now !== undefined && planStands(wanted, planned, now)) return now;
  throw refusedAs(wanted, "it changed since the plan was made");
}

/** Do the fields that the plan speaks of have the values that it was made from, on the same object? */
function planStands(wanted: KubernetesObject, planned: KubernetesObject, now: KubernetesObject): boolean {
  const ours = (live: KubernetesObject): unknown => [
    restrictedTo(wanted as unknown as Json, meaningfulPart(live)),
    ownEntry(live)?.fieldsV1 ?? null,
  ];
  return (
    planned.metadata.uid === now.metadata.uid &&
    now.metadata.deletionTimestamp === undefined &&
    sameJson(ours(planned), ours(now))
  );
}

/** The part of a live value that the wanted one has a say in. */
function restrictedTo(wanted: Json, live: Json | undefined): Json {
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted)) return live ?? null;
  const keys = Object.keys(wanted);
  const isOpen = typeof live === "object" && live !== null && !Array.isArray(live);
  if (!isOpen) return live ?? null;
  const all = overlay({}, live) as { readonly [key: string]: Json };
  return Object.fromEntries(
    keys.map((key) => [
      key,
      restrictedTo((wanted as typeof all)[key] ?? null, Object.hasOwn(all, key) ? all[key] : undefined),
    ]),
  );
}

/** An object that is on its way out accepts an apply with 200, and goes all the same. */
function standing(object: KubernetesObject): KubernetesObject {
  if (object.metadata.deletionTimestamp === undefined) return object;
  throw refusedAs(object, "it is being deleted");
}

function explainConflicts(wanted: KubernetesObject): (error: unknown) => never {
  return (error) => {
    throw explained(wanted, error);
  };
}

function explained(wanted: KubernetesObject, error: unknown): unknown {
  const conflicts = conflictsOf(error);
  if (conflicts.length === 0) return error;
  return new ExpectedError(ExitCode.refused, `other managers hold fields of ${describeId(idOf(wanted))}`, {
    problems: conflicts.map(({ field, message }) => ({ where: field, message })),
    hint: "agree with them, or take the fields over with --force-conflicts",
    cause: error,
  });
}

function refusedAs(object: KubernetesObject, why: string): ExpectedError {
  return new ExpectedError(ExitCode.refused, `${describeId(idOf(object))}: ${why}`, {
    hint: "run the command again: it plans anew from what is there now",
  });
}
