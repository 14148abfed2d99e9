import { canonicalRules } from "./canonical-kinds.ts";
import { type Json, type JsonMap, type KubernetesObject, idOf } from "./object.ts";
import type { Problem } from "../errors.ts";

/**
 * The form in which the server keeps an object: its defaults written out where they stand in atomic parts, canonical
 * quantities, and no empty map or list that the server would drop. Objects in this form are compared with live ones
 * without asking the server. Only what means the same is changed; the input is not touched.
 */
export function canonicalObject(object: KubernetesObject): KubernetesObject {
  const { group, kind } = idOf(object);
  const rule = canonicalRules[`${group}/${kind}`];
  const trimmed = {
    ...object,
    metadata: withoutEmpty(object.metadata as unknown as JsonMap, ["labels", "annotations", "finalizers"]),
  };
  return (rule === undefined ? trimmed : rule(trimmed as unknown as JsonMap)) as unknown as KubernetesObject;
}

function withoutEmpty(map: JsonMap, keys: readonly string[]): JsonMap {
  return Object.fromEntries(
    Object.entries(map).filter(([key, value]) => !(keys.includes(key) && isEmpty(value))),
  );
}

function isEmpty(value: Json): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** Selectors that mean "all" when they are empty, and are kept so by the server. */
const MAY_BE_EMPTY = new Set(["podSelector", "namespaceSelector", "objectSelector"]);

/**
 * Why an object is not in canonical form, by JSON Pointer: nulls and undefined, empty maps and lists (beside selectors
 * that mean "all"), and fields that only the server sets.
 */
export function canonicalProblems(object: KubernetesObject): Problem[] {
  const problems: Problem[] = [];
  for (const field of ["uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"]) {
    if (field in object.metadata)
      problems.push({ where: `/metadata/${field}`, message: "only the server sets this field" });
  }
  if ("status" in object) problems.push({ where: "/status", message: "only the server sets the status" });
  if (!isComplete(object as unknown as JsonMap)) collect(object as unknown as JsonMap, "", problems);
  return problems;
}

/** Whether nothing below is null or empty; the way without paths, which nearly every object takes. */
function isComplete(value: Json | undefined): boolean {
  if (typeof value !== "object") return value !== undefined;
  if (value === null) return false;
  const known = complete.get(value);
  if (known !== undefined) return known;
  const children = Object.values(value) as Json[];
  const whole = children.length > 0 && children.every(isComplete);
  if (children.length >= LONG) complete.set(value, whole);
  return whole;
}

/** How many children make a value worth being remembered: the rules of a Role are the same in a thousand tenants. */
const LONG = 8;

// Not state: a pure function of values that never change.
const complete = new WeakMap<object, boolean>();

function collect(value: Json, path: string, problems: Problem[]): void {
  if (value === null || value === undefined)
    problems.push({ where: path, message: "null is stored as an empty value" });
  if (typeof value !== "object" || value === null) return;
  const keys = Object.keys(value);
  if (keys.length === 0 && !MAY_BE_EMPTY.has(path.slice(path.lastIndexOf("/") + 1))) {
    problems.push({
      where: path,
      message: "the server drops empty maps and lists, or reads them as something else",
    });
  }
  for (const key of keys) collect((value as JsonMap)[key] as Json, `${path}/${key}`, problems);
}
