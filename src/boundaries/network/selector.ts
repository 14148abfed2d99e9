import type { Json, JsonMap } from "../../manifests/object.ts";

/** One requirement of a label selector (kubernetes: apimachinery/pkg/apis/meta/v1/types.go, LabelSelectorRequirement). */
export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** The requirements of a selector; none selects everything. `matchLabels` are requirements `In` one value. */
export function requirements(selector: Json | undefined): Requirement[] {
  if (!isMap(selector)) return [];
  const labels = isMap(selector["matchLabels"]) ? Object.entries(selector["matchLabels"]) : [];
  const expressions = Array.isArray(selector["matchExpressions"])
    ? selector["matchExpressions"].filter(isMap)
    : [];
  return [
    ...labels.map(([key, value]) => ({ key, operator: "In", values: [String(value)] })),
    ...expressions.map((each: JsonMap) => ({
      key: String(each["key"]),
      operator: String(each["operator"]),
      values: Array.isArray(each["values"]) ? each["values"].map(String) : [],
    })),
  ];
}

/** Whether everything that `narrow` selects is selected by `wide` too. `false` where that cannot be shown. */
export function selectsAll(wide: Json | undefined, narrow: Json | undefined): boolean {
  const given = requirements(narrow);
  return requirements(wide).every((wanted) => given.some((each) => implies(each, wanted)));
}

function implies(given: Requirement, wanted: Requirement): boolean {
  if (given.key !== wanted.key) return false;
  if (wanted.operator === "In") return given.operator === "In" && isSubset(given.values, wanted.values);
  if (wanted.operator === "Exists") return given.operator === "Exists" || given.operator === "In";
  if (wanted.operator === "DoesNotExist") return given.operator === "DoesNotExist";
  if (wanted.operator !== "NotIn") return false;
  if (given.operator === "In") return !given.values.some((value) => wanted.values.includes(value));
  return (
    given.operator === "DoesNotExist" || (given.operator === "NotIn" && isSubset(wanted.values, given.values))
  );
}

function isSubset(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.every((value) => outer.includes(value));
}

/** A selector without the empty maps and lists that the server would drop. */
export function tidySelector(selector: JsonMap): JsonMap {
  return Object.fromEntries(
    Object.entries(selector).filter(
      ([, value]) => typeof value !== "object" || value === null || Object.keys(value).length > 0,
    ),
  );
}

/** Whether a JSON value is a map. */
export function isMap(value: unknown): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
