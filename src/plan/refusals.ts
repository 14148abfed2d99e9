import type { KubernetesObject } from "../manifests/object.ts";
import type { DryRunRefusal } from "./observed.ts";
import type { Change } from "./plan.ts";

/** Why a change is refused, in the fields of a Change. */
export type Refusal = Required<Pick<Change, "refusal" | "refusalExit">>;

/** Somebody else's object. */
export function belongsTo(name: string): Refusal {
  return {
    refusal: `it belongs to ${name}; mtenant never takes over what is somebody else's: choose another name, or take it out of there first`,
    refusalExit: 4,
  };
}

/** A Node that is somebody else's by `mark`: `taint mtenant.dev/tenant=blue:NoSchedule`. */
export function designated(mark: string): Refusal {
  return {
    refusal: `its ${mark} designates it to somebody else: choose another node, or let them release it first`,
    refusalExit: 4,
  };
}

/** An object that nobody claims, and that the spec does not name. */
export function exists(kind: string): Refusal {
  const remedy =
    kind === "Namespace"
      ? "choose another name, or adopt it: `existing: true` in the spec"
      : "delete it, when nobody needs it";
  return { refusal: `it exists and is not mtenant's: ${remedy}`, refusalExit: 4 };
}

/** An object that mtenant applied for this owner, and that no record holds. */
export function unrecorded(): Refusal {
  return {
    refusal:
      "it carries mtenant's labels, but no record holds it. If somebody else is making it just now, run the command again; if the record was lost, take it back with create --take-over",
    refusalExit: 4,
  };
}

/** An object with the labels of this owner's that somebody else made. */
export function onlyLabelled(): Refusal {
  return {
    refusal:
      "it carries mtenant's labels, but mtenant did not apply it and no record lists it: find out who made it, and take the labels off",
    refusalExit: 4,
  };
}

/** What mtenant found and amended never becomes its own: it would go with everything in it at the next delete. */
export function wasThere(kind: string): Refusal {
  const remedy =
    kind === "Namespace"
      ? "state `existing: true` for it again, or leave it out to give it back"
      : "amend it again, or leave it out to give it back";
  return { refusal: `it was there before mtenant, which only amended it: ${remedy}`, refusalExit: 4 };
}

/** An object that is on its way out. */
export function terminating(live: KubernetesObject): Refusal {
  const finalizers = live.metadata.finalizers ?? [];
  const why = finalizers.length === 0 ? "" : ` (finalizers: ${finalizers.join(", ")})`;
  return {
    refusal: `it is being deleted${why}: wait until it is gone, then run the command again`,
    refusalExit: 4,
  };
}

/** An object that must exist to be amended. */
export function absent(kind: string): Refusal {
  const remedy =
    kind === "Namespace" ? "create it, or leave out `existing: true`" : "correct the name, or wait for it";
  return { refusal: `it does not exist: ${remedy}`, refusalExit: 2 };
}

/** A Node that the record lists and that is gone, or another one of its name: it must not hold up the other walls. */
export function lost(why: string | undefined): Pick<Change, "refusal" | "refusalExit" | "isolated"> {
  return {
    refusal: why ?? "it is gone: take it out of the spec, or wait until it is back",
    refusalExit: 3,
    isolated: true,
  };
}

/** What only a person may decide: the data in it would go too. */
export function holdsData(kind: string): Refusal {
  return {
    refusal: `the spec no longer names it, and everything in it would be lost: name it again, or delete the ${kind} yourself`,
    refusalExit: 4,
  };
}

/** The server's own no. */
export function refusedByServer({ code, reason, message, conflicts }: DryRunRefusal): Refusal {
  if (conflicts.length === 0)
    return { refusal: `the server refuses it: ${message} (${code} ${reason})`, refusalExit: 3 };
  const fields = conflicts.map((conflict) => `${conflict.field}: ${conflict.message}`).join("; ");
  return {
    refusal: `other managers hold fields of it: ${fields}; agree with them, or take the fields over with --force-conflicts`,
    refusalExit: 4,
  };
}
