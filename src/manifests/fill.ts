import { ExitCode, ExpectedError } from "../errors.ts";
import { pointerPart } from "./comments.ts";
import type { Json, JsonMap, KubernetesObject } from "./object.ts";
import type { TemplateDocument } from "./template.ts";

/** What stands for the placeholders, by their names. */
export type FillValues = Readonly<Record<string, Json>>;

const PLACEHOLDER = /<([a-z][A-Za-z]*)>/g;
const ONLY_A_PLACEHOLDER = /^<([a-z][A-Za-z]*)>$/;

interface Filling {
  readonly template: string;
  readonly values: FillValues;
}

/** Where a node stands; written out as a JSON Pointer for errors only. `undefined` is the document itself. */
interface Place {
  readonly above: Place | undefined;
  readonly part: string | number;
}

/**
 * Puts values in the place of a template's `<placeholders>`. A text that is nothing but a placeholder becomes the
 * value, whatever JSON it is; inside a longer text only a string, number or boolean may stand. Values are never
 * searched for placeholders. Throws ExpectedError(2) for an unknown placeholder (listing the known ones), a list or
 * map inside a text, a null, and a document that is not a Kubernetes object.
 */
export function fillTemplate(document: TemplateDocument, values: FillValues): KubernetesObject {
  const filling = { template: document.template, values };
  return asObject(fillMap(document.content, undefined, filling), document.template);
}

function fillNode(node: Json, place: Place | undefined, filling: Filling): Json {
  if (typeof node === "string") return node.includes("<") ? fillText(node, place, filling) : node;
  if (typeof node !== "object") return node;
  if (node === null) throw problem(filling.template, place, "null is not allowed");
  if (isConstant(node)) return node;
  if (isList(node)) return node.map((item, index) => fillNode(item, { above: place, part: index }, filling));
  return fillMap(node as JsonMap, place, filling);
}

// Not state: a pure function of templates that never change.
const constant = new WeakMap<object, boolean>();

/** Has nothing below to fill in or to refuse? Such a part is the same in all objects of the template, not a copy in each. */
function isConstant(node: Json): boolean {
  if (typeof node === "string") return !node.includes("<");
  if (typeof node !== "object") return true;
  if (node === null) return false;
  const known = constant.get(node) ?? Object.values(node).every((child) => isConstant(child as Json));
  constant.set(node, known);
  return known;
}

function fillMap(map: JsonMap, place: Place | undefined, filling: Filling): JsonMap {
  // Assigned key by key, which is safe: no template has the key __proto__ (template-checks.ts).
  const filled: Record<string, Json> = {};
  for (const key of Object.keys(map)) {
    filled[key] = fillNode(map[key] as Json, { above: place, part: key }, filling);
  }
  return filled;
}

function fillText(text: string, place: Place | undefined, filling: Filling): Json {
  const whole = ONLY_A_PLACEHOLDER.exec(text)?.[1];
  if (whole !== undefined) return withoutNulls(lookUp(whole, place, filling), place, filling);
  return text.replace(PLACEHOLDER, (_, name: string) => {
    const value = lookUp(name, place, filling);
    if (typeof value !== "object") return String(value);
    throw problem(
      filling.template,
      place,
      `<${name}> is not a text or number: it must stand alone, not inside a longer text`,
    );
  });
}

function lookUp(name: string, place: Place | undefined, { template, values }: Filling): Json {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value !== undefined) return value;
  const known = Object.keys(values)
    .sort()
    .map((each) => `<${each}>`);
  throw problem(
    template,
    place,
    `unknown placeholder <${name}>`,
    `Known in this template: ${known.join(", ") || "none"}.`,
  );
}

function withoutNulls(value: Json, place: Place | undefined, { template }: Filling): Json {
  if (!hasNull(value)) return value;
  throw problem(template, place, "the value is or holds null, which the server would store as empty");
}

function hasNull(value: Json): boolean {
  if (typeof value !== "object") return false;
  if (value === null) return true;
  if (!isList(value) || value.length < LONG)
    return Object.values(value).some((child) => hasNull(child as Json));
  const known = nulls.get(value) ?? value.some(hasNull);
  nulls.set(value, known);
  return known;
}

/** The length from which a list is worth being remembered: the rules of a Role are the same in a thousand tenants. */
const LONG = 8;

// Not state: a pure function of values that never change.
const nulls = new WeakMap<readonly Json[], boolean>();

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function asObject(filled: JsonMap, template: string): KubernetesObject {
  const metadata = filled["metadata"];
  const name =
    typeof metadata === "object" && metadata !== null && !isList(metadata) ? metadata["name"] : undefined;
  for (const [part, value, above] of [
    ["apiVersion", filled["apiVersion"]],
    ["kind", filled["kind"]],
    ["name", name, { above: undefined, part: "metadata" }],
  ] as const) {
    if (typeof value !== "string" || value === "")
      throw problem(template, { above, part }, "a Kubernetes object needs a text here");
  }
  return filled as unknown as KubernetesObject;
}

function problem(template: string, place: Place | undefined, message: string, hint?: string): ExpectedError {
  const options = {
    problems: [{ where: `${template}${pointer(place)}`, message }],
    ...(hint === undefined ? {} : { hint }),
  };
  return new ExpectedError(ExitCode.usage, `The template ${template} cannot be filled in.`, options);
}

function pointer(place: Place | undefined): string {
  return place === undefined ? "" : `${pointer(place.above)}/${pointerPart(place.part)}`;
}
