import type { Json } from "../manifests/object.ts";
import type { Finding, Path } from "./finding.ts";
import { isMap, isNamedList, itemKey } from "./merge.ts";
import type { ClassInput, TenantSpecInput } from "./schema.ts";
import { DEFAULT_SIZE } from "./sizes.ts";

/** A locked field as it is written (`namespaces[].quota`) as its steps: `["namespaces", "[]", "quota"]`. */
export function stepsOf(field: string): readonly string[] {
  return field.replaceAll("[]", ".[]").split(".");
}

/** Where a tenant sets a locked field of its class to something else than the class does. */
export function lockFindings(
  own: TenantSpecInput,
  preset: ClassInput["spec"],
  className: string,
): readonly Finding[] {
  return (preset.locked ?? []).flatMap((field) => {
    const pairs = pairsAt({ own: own as Json, preset: preset as Json, path: ["spec"] }, stepsOf(field));
    const levels = locksPodSecurity(field) ? podSecurityPairs(own, preset) : [];
    return [
      ...[...pairs, ...levels]
        .filter((pair) => !within(pair.own, pair.preset))
        .map((pair) => finding(pair, className)),
      ...(locksAmounts(field) ? sizeFindings(own, preset, className) : []),
    ];
  });
}

/** The level of one namespace goes over the level of all, so that locking the one locks the other. */
export function locksPodSecurity(field: string): boolean {
  return field === "pods" || field === "pods.podSecurity";
}

/** A size says quota and limits: where these are locked, the sizes that are not the class's own are so too. */
export function locksAmounts(field: string): boolean {
  return field === "namespaces[].quota" || field === "namespaces[].limitRange";
}

function sizeFindings(
  own: TenantSpecInput,
  preset: ClassInput["spec"],
  className: string,
): readonly Finding[] {
  return (own.namespaces ?? []).flatMap(({ size = DEFAULT_SIZE }, index) => {
    if (size === DEFAULT_SIZE || Object.hasOwn(preset.sizes ?? {}, size)) return [];
    const message = `is locked by TenantClass ${className}, which has no size ${JSON.stringify(size)} of its own`;
    return [{ path: ["spec", "namespaces", index, "size"], message }];
  });
}

/** One place of a field: what the tenant says there, and what the other side says. */
export interface Pair {
  readonly own: Json | undefined;
  readonly preset: Json | undefined;
  readonly path: Path;
}

/** Every place of a field in a tenant's spec, beside the value that it is held against. */
export function pairsAt(pair: Pair, steps: readonly string[]): readonly Pair[] {
  const [step, ...rest] = steps;
  if (pair.own === undefined) return [];
  if (step === undefined) return [pair];
  if (step === "[]") return itemPairs(pair).flatMap((item) => pairsAt(item, rest));
  return pairsAt(
    { own: at(pair.own, step), preset: at(pair.preset, step), path: [...pair.path, step] },
    rest,
  );
}

function itemPairs(pair: Pair): readonly Pair[] {
  if (!Array.isArray(pair.own)) return [];
  const presets = isNamedList(pair.preset) ? pair.preset : [];
  return pair.own.map((item: Json, index) => {
    const preset = isMap(item) ? presets.find((other) => itemKey(other) === itemKey(item)) : undefined;
    return { own: item, preset, path: [...pair.path, index] };
  });
}

function podSecurityPairs(own: TenantSpecInput, preset: ClassInput["spec"]): readonly Pair[] {
  const level = preset.pods?.podSecurity ?? "restricted";
  return (own.namespaces ?? []).map((namespace, index) => ({
    own: namespace.podSecurity,
    preset: level,
    path: ["spec", "namespaces", index, "podSecurity"],
  }));
}

function at(value: Json | undefined, key: string): Json | undefined {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Does the tenant say nothing here that the other side does not say as well? */
export function within(own: Json | undefined, preset: Json | undefined): boolean {
  if (own === undefined) return true;
  if (isMap(own) && isMap(preset)) return Object.keys(own).every((key) => within(own[key], at(preset, key)));
  return JSON.stringify(sorted(own)) === JSON.stringify(preset === undefined ? undefined : sorted(preset));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item));
  if (!isMap(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]));
}

function finding(pair: Pair, className: string): Finding {
  const value = pair.preset === undefined ? "leaves it out" : `says ${JSON.stringify(pair.preset)}`;
  return { path: pair.path, message: `is locked by TenantClass ${className}, which ${value}` };
}
