import type * as z from "zod/mini";
import type { Finding, Path } from "./finding.ts";
import { isLaterField, isLaterValue } from "./later.ts";
import { didYouMean } from "./suggest.ts";

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

/** What a schema does not accept in a value, in words for people, each at its place. Empty: the value is valid. */
export function findingsOf(schema: z.ZodMiniType, value: unknown): readonly Finding[] {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues.flatMap((issue) => describe(issue, { schema, value }));
}

interface Checked {
  readonly schema: Schema;
  readonly value: unknown;
}

function describe(issue: Issue, checked: Checked): Finding[] {
  const path = issue.path.filter((part) => typeof part !== "symbol");
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownField(path, key, checked));
  const misread =
    issue.code === "invalid_type" || issue.code === "invalid_union" || issue.code === "invalid_value";
  return [{ path, message: misread ? wrongValue(issue, valueAt(checked.value, path), path) : issue.message }];
}

function unknownField(path: Path, key: string, checked: Checked): Finding {
  if (isLaterField(pattern([...path, key]))) return { path, key, message: "is not supported yet; remove it" };
  const near = didYouMean(key, keysAt(checked.schema, path));
  return { path, key, message: `unknown field${near === "" ? elsewhere(checked.schema, key) : near}` };
}

/** `; it belongs into spec.namespaces[]`, where that is the one place that has a field of this name. */
function elsewhere(schema: Schema, key: string): string {
  const [only, ...more] = placesOf(schema, key, []);
  return only === undefined || only === "" || more.length > 0 ? "" : `; it belongs into ${only}`;
}

/** The paths of the objects of a schema that have a field of this name: `spec.namespaces[]`. */
function placesOf(schema: Schema, key: string, path: Path): string[] {
  const { type, shape = {}, element } = defOf(unwrapped(schema));
  if (type === "array") return element === undefined ? [] : placesOf(element, key, [...path, 0]);
  const here = Object.hasOwn(shape, key) ? [pattern(path)] : [];
  return [
    ...here,
    ...Object.entries(shape).flatMap(([name, inner]) => placesOf(inner, key, [...path, name])),
  ];
}

function wrongValue(issue: Issue, value: unknown, path: Path): string {
  if (value === undefined) return "is required";
  if (issue.code === "invalid_value") return wrongChoice(issue.values.map(String), value, path);
  if (issue.code === "invalid_union") return `${issue.message}, not ${named(value)}`;
  const expected = issue.code === "invalid_type" ? issue.expected : "";
  if (expected === "string" && (typeof value === "number" || typeof value === "boolean" || value === null)) {
    return `is read as ${named(value)}, but must be text; put it into quotes`;
  }
  return `must be ${article(expected)}, not ${named(value)}`;
}

function wrongChoice(choices: readonly string[], value: unknown, path: Path): string {
  if (typeof value === "string" && isLaterValue(pattern(path), value))
    return `${value} is not supported yet; use ${choices.join(" or ")}`;
  const hint = typeof value === "string" ? didYouMean(value, choices) : "";
  return `${named(value)} is not ${choices.length > 1 ? "one of " : ""}${choices.join(", ")}${hint}`;
}

const articles: Readonly<Record<string, string>> = {
  object: "a map of fields",
  record: "a map",
  array: "a list",
  string: "text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
};

function article(expected: string): string {
  return articles[expected] ?? expected;
}

function named(value: unknown): string {
  if (value === null) return "null (nothing)";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  return typeof value === "string" ? JSON.stringify(value) : `the ${typeof value} ${String(value)}`;
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, part)) return undefined;
    current = (current as Record<string | number, unknown>)[part];
  }
  return current;
}

/** The fields that a strict object at this path of a schema has; none where there is no such object. */
export function keysAt(schema: Schema, path: Path): readonly string[] {
  let current: Schema | undefined = schema;
  for (const part of path) current = current === undefined ? undefined : childOf(unwrapped(current), part);
  const def = current === undefined ? undefined : defOf(unwrapped(current));
  return def?.type === "object" ? Object.keys(def.shape ?? {}) : [];
}

interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly element?: Schema;
  readonly valueType?: Schema;
  readonly innerType?: Schema;
}

function defOf(schema: Schema): Definition {
  // oxlint-disable-next-line no-underscore-dangle -- zod keeps what a schema is made of there
  return schema._zod.def as unknown as Definition;
}

function unwrapped(schema: Schema): Schema {
  const { type, innerType } = defOf(schema);
  return type === "optional" && innerType !== undefined ? unwrapped(innerType) : schema;
}

function childOf(schema: Schema, part: string | number): Schema | undefined {
  const def = defOf(schema);
  if (def.type === "array") return def.element;
  if (def.type === "record") return def.valueType;
  return def.shape !== undefined && Object.hasOwn(def.shape, part) ? def.shape[part] : undefined;
}

function pattern(path: Path): string {
  return path
    .map((part) => (typeof part === "number" ? "[]" : `.${part}`))
    .join("")
    .slice(1);
}
