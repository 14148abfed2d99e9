import { describeOwner } from "../manifests/manifest.ts";
import { describeId } from "../manifests/object.ts";
import type { Action, Change, FieldChange, Foreign, Plan } from "../plan/plan.ts";
import { consequencesLines } from "./consequences-text.ts";
import { escapeLine } from "./escape.ts";
import type { Style } from "./style.ts";

/** What a person reads before agreeing: every object that changes, field by field, and what it means for the tenant's reach. */
export function planAsText(plan: Plan, style: Style): string {
  const lines = changesOf(plan)
    .filter((change) => change.action !== "unchanged")
    .flatMap((change) => changeLines(change, { style, isStanding: isStanding(plan) }));
  const foreign = plan.foreign.map((each) => foreignLine(each, style));
  const open = (plan.open ?? []).map((each) => openLine(each, style));
  const beyond = plan.consequences === undefined ? [] : consequencesLines(plan.consequences, style);
  const body = [...lines, ...foreign, ...open, ...beyond];
  const title = style.strong(describeOwner(plan.owner));
  return body.length === 0 ? `${title}  ${style.faint("no difference")}\n` : [title, ...body, ""].join("\n");
}

/** All changes of a plan, in the order of doing. */
export function changesOf(plan: Plan): readonly Change[] {
  return plan.waves.flatMap((wave) => wave.changes);
}

const signs: Readonly<Record<Action, string>> = {
  create: "+",
  adopt: "^",
  update: "~",
  recreate: "±",
  delete: "-",
  amend: "~",
  release: "<",
  unchanged: "=",
  refuse: "!",
};

/** Must nobody overlook it: does it widen a tenant that exists, mend what is wider than the spec, or is it refused? */
export function isAlarming(change: Change, plan: Plan): boolean {
  if (change.action === "unchanged") return false;
  return change.action === "refuse" || (isStanding(plan) && (change.effect === "widens" || isWider(change)));
}

/** Did the owner exist before? Then what is missing was taken away, and what differs was changed. */
export function isStanding(plan: Plan): boolean {
  return changesOf(plan).some(({ live, manifest }) => live !== undefined && manifest?.form === "object");
}

/** Does the live state let the tenant reach more than the spec says? The change then narrows it again. */
function isWider({ action, effect, manifest, mends }: Change): boolean {
  return mends === true || (action === "create" && manifest !== undefined && effect === "narrows");
}

/** One change: its object, and below it the fields, notes and the refusal. */
export function changeLines(
  change: Change,
  { style, isStanding }: { readonly style: Style; readonly isStanding: boolean },
): string[] {
  const paint = painter(change.action, style);
  const head = `  ${paint(`${signs[change.action]} ${escapeLine(describeId(change.id))}`)}${headNote(change, style)}`;
  const detailed =
    change.action === "update" ||
    change.action === "amend" ||
    change.action === "adopt" ||
    change.action === "recreate";
  const fields = detailed ? change.fields.map((field) => fieldLine(field, style)) : [];
  const wider =
    isStanding && isWider(change)
      ? [`      ${style.warning("what is live is wider than the spec; this change mends it")}`]
      : [];
  const notes = change.notes.map((note) => `      ${style.faint(escapeLine(note))}`);
  const refusal = change.refusal === undefined ? [] : [`      ${style.warning(escapeLine(change.refusal))}`];
  return [head, ...wider, ...fields, ...notes, ...refusal];
}

function headNote(change: Change, style: Style): string {
  const words = [
    ...(["adopt", "recreate", "release", "amend", "refuse"].includes(change.action) ? [change.action] : []),
    ...(change.effect === "neutral" || change.action === "create" ? [] : [change.effect]),
  ];
  if (words.length === 0) return "";
  const text = `  ${words.join(", ")}`;
  return change.effect === "widens" ? style.warning(text) : style.faint(text);
}

function painter(action: Action, style: Style): (text: string) => string {
  if (action === "create" || action === "adopt") return style.added;
  if (action === "delete" || action === "release") return style.removed;
  return action === "refuse" ? style.warning : style.changed;
}

/** One field of a change: what it was, what it is to be, and who set it. */
export function fieldLine(field: FieldChange, style: Style): string {
  const before = field.before === undefined ? "" : style.removed(short(field.before));
  const after = field.after === undefined ? "" : style.added(short(field.after));
  const arrow = field.before === undefined ? "+ " : field.after === undefined ? "- " : "";
  const values = [before, after].filter((text) => text !== "").join(" → ");
  const who =
    field.manager === undefined
      ? ""
      : style.faint(
          `  last written by ${escapeLine(field.manager)}${field.time ? ` at ${escapeLine(field.time)}` : ""}`,
        );
  return `      ${arrow}${escapeLine(field.path)}: ${values}${who}`;
}

const LONGEST_VALUE = 120;

function short(value: unknown): string {
  const text = escapeLine(JSON.stringify(value));
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}

/** A wall that the spec itself leaves open. */
export function openLine(open: Foreign, style: Style): string {
  return `  ${style.warning(`= ${escapeLine(describeId(open.id))}  open, ${open.effect}`)}\n      ${escapeLine(open.message)}`;
}

/** An object of somebody else that weakens a wall, and how. */
export function foreignLine(foreign: Foreign, style: Style): string {
  return `  ${style.warning(`? ${escapeLine(describeId(foreign.id))}  foreign, ${foreign.effect}`)}\n      ${escapeLine(foreign.message)}`;
}
