import * as z from "zod/mini";
import type { Json } from "../manifests/object.ts";
import type { RawDocument } from "./documents.ts";
import { isMap } from "./merge.ts";
import { CLASS_RULES_ANNOTATION } from "./names.ts";
import type { ClassInput, TenantInput } from "./schema.ts";
import { sizeSchema } from "./spec-schema.ts";
import type { ClassRules } from "./tenant.ts";

const rulesSchema = z.strictObject({
  locked: z.array(z.string()),
  sizes: z.record(z.string(), sizeSchema),
});

/** What of a class binds its tenants for good; undefined when it locks nothing and has no sizes. */
export function rulesOfClass({ locked = [], sizes = {} }: ClassInput["spec"]): ClassRules | undefined {
  if (locked.length === 0 && Object.keys(sizes).length === 0) return undefined;
  const sorted = Object.entries(sizes).sort(([one], [other]) => (one < other ? -1 : 1));
  return { locked: [...new Set(locked)].sort(), sizes: Object.fromEntries(sorted) };
}

/** What a resolved document keeps of its class; `fault`: what is wrong with how it is kept. */
export function recordedRules(input: Pick<TenantInput, "metadata">): {
  readonly rules?: ClassRules;
  readonly fault?: string;
} {
  const text = input.metadata.annotations?.[CLASS_RULES_ANNOTATION];
  if (text === undefined) return {};
  const parsed = rulesSchema.safeParse(jsonOf(text));
  return parsed.success ? { rules: parsed.data } : { fault: "is not what mtenant writes there; remove it" };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON at all is as wrong as JSON of another shape: the schema says so
  }
}

/** The `locked` list of the class of this name among documents that may not be valid; undefined when it is not there. */
export function locksOf(className: string, classes: readonly RawDocument[]): readonly string[] | undefined {
  const found = classes.find(({ value }) => fieldAt(value, ["metadata", "name"]) === className);
  if (found === undefined) return undefined;
  const locked = fieldAt(found.value, ["spec", "locked"]);
  return Array.isArray(locked) ? locked.filter((field) => typeof field === "string") : [];
}

function fieldAt(value: Json, path: readonly string[]): Json | undefined {
  let here: Json | undefined = value;
  for (const part of path) here = isMap(here) && Object.hasOwn(here, part) ? here[part] : undefined;
  return here;
}
