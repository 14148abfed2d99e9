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

/**
 * Puts values in the place of a template's `<placeholders>`. A text that is nothing but a placeholder becomes the
 * value, whatever JSON it is; inside a longer text only a string, number or boolean may stand. Values are never
 * searched for placeholders. Throws ExpectedError(2) for an unknown placeholder (listing the known ones), a list or
 * map inside a text, a null, and a document that is not a Kubernetes object.
 */
export function fillTemplate(document: TemplateDocument, values: FillValues): KubernetesObject {
  const filling = { template: document.template, values };
  return asObject(fillMap(document.content, "", filling), document.template);
}

function fillNode(node: Json, path: string, filling: Filling): Json {
  if (typeof node === "string") return node.includes("<") ? fillText(node, path, filling) : node;
  if (node === null) throw problem(filling.template, path, "null is not allowed");
  if (isList(node)) return node.map((item, index) => fillNode(item, `${path}/${index}`, filling));
  return typeof node === "object" ? fillMap(node as JsonMap, path, filling) : node;
}

function fillMap(map: JsonMap, path: string, filling: Filling): JsonMap {
  // Assigned key by key, which is safe: no template has the key __proto__ (template-checks.ts).
  const filled: Record<string, Json> = {};
  for (const key of Object.keys(map)) {
    filled[key] = fillNode(map[key] as Json, `${path}/${pointerPart(key)}`, filling);
  }
  return filled;
}

function fillText(text: string, path: string, filling: Filling): Json {
  const whole = ONLY_A_PLACEHOLDER.exec(text)?.[1];
  if (whole !== undefined) return withoutNulls(lookUp(whole, path, filling), path, filling);
  return text.replace(PLACEHOLDER, (_, name: string) => {
    const value = lookUp(name, path, filling);
    if (typeof value !== "object") return String(value);
    throw problem(
      filling.template,
      path,
      `<${name}> is not a text or number: it must stand alone, not inside a longer text`,
    );
  });
}

function lookUp(name: string, path: string, { template, values }: Filling): Json {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value !== undefined) return value;
  const known = Object.keys(values)
    .sort()
    .map((each) => `<${each}>`);
  throw problem(
    template,
    path,
    `unknown placeholder <${name}>`,
    `Known in this template: ${known.join(", ") || "none"}.`,
  );
}

function withoutNulls(value: Json, path: string, { template }: Filling): Json {
  if (!hasNull(value)) return value;
  throw problem(template, path, "the value is or holds null, which the server would store as empty");
}

function hasNull(value: Json): boolean {
  return (
    typeof value === "object" &&
    (value === null || Object.values(value).some((child) => hasNull(child as Json)))
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function asObject(filled: JsonMap, template: string): KubernetesObject {
  const metadata = filled["metadata"];
  const name =
    typeof metadata === "object" && metadata !== null && !isList(metadata) ? metadata["name"] : undefined;
  for (const [path, value] of [
    ["/apiVersion", filled["apiVersion"]],
    ["/kind", filled["kind"]],
    ["/metadata/name", name],
  ] as const) {
    if (typeof value !== "string" || value === "")
      throw problem(template, path, "a Kubernetes object needs a text here");
  }
  return filled as unknown as KubernetesObject;
}

function problem(template: string, path: string, message: string, hint?: string): ExpectedError {
  const options = {
    problems: [{ where: `${template}${path}`, message }],
    ...(hint === undefined ? {} : { hint }),
  };
  return new ExpectedError(ExitCode.usage, `The template ${template} cannot be filled in.`, options);
}
