import { canonicalAmounts, defaultedLimits, type Limits } from "./limit-range.ts";
import type { ClassRules } from "./tenant.ts";

/** What a size gives each namespace: its quota, and the limits of its containers. */
export interface Size {
  /** Canonical quantities by sorted names. */
  readonly hard: Readonly<Record<string, string>>;
  readonly limits: readonly Limits[];
}

/** Sizes by name: the built-in ones and those of a class. */
export type Sizes = ReadonlyMap<string, Size>;

/** The size of a namespace that names none. */
export const DEFAULT_SIZE = "small";

/** Twenty containers that state no limits fit into small, four times as many into medium, sixteen times into large. */
const builtInSizes: Sizes = new Map([
  [
    "small",
    size({
      cpu: ["2", "8"],
      memory: ["4Gi", "8Gi"],
      ephemeral: ["10Gi", "20Gi"],
      storage: "50Gi",
      pods: "20",
      max: ["4", "4Gi", "10Gi"],
    }),
  ],
  [
    "medium",
    size({
      cpu: ["8", "32"],
      memory: ["16Gi", "32Gi"],
      ephemeral: ["40Gi", "80Gi"],
      storage: "200Gi",
      pods: "80",
      max: ["8", "16Gi", "20Gi"],
    }),
  ],
  [
    "large",
    size({
      cpu: ["32", "128"],
      memory: ["64Gi", "128Gi"],
      ephemeral: ["160Gi", "320Gi"],
      storage: "1Ti",
      pods: "320",
      max: ["16", "64Gi", "40Gi"],
    }),
  ],
]);

interface Measures {
  /** Requests and limits, of the namespace together. */
  readonly cpu: readonly [string, string];
  readonly memory: readonly [string, string];
  readonly ephemeral: readonly [string, string];
  readonly storage: string;
  readonly pods: string;
  /** CPU, memory and ephemeral storage, of one container. */
  readonly max: readonly [string, string, string];
}

function size(measures: Measures): Size {
  const { cpu, memory, ephemeral, storage, pods, max } = measures;
  const hard = {
    "limits.cpu": cpu[1],
    "limits.ephemeral-storage": ephemeral[1],
    "limits.memory": memory[1],
    pods,
    "requests.cpu": cpu[0],
    "requests.ephemeral-storage": ephemeral[0],
    "requests.memory": memory[0],
    "requests.storage": storage,
  };
  return { hard, limits: [containerLimits(max)] };
}

function containerLimits([cpu, memory, storage]: readonly [string, string, string]): Limits {
  return {
    type: "Container",
    default: { cpu: "400m", "ephemeral-storage": "1Gi", memory: "384Mi" },
    defaultRequest: { cpu: "100m", "ephemeral-storage": "256Mi", memory: "192Mi" },
    max: { cpu, "ephemeral-storage": storage, memory },
  };
}

/** The built-in sizes and those of the class, which may replace them. */
export function sizesOf(rules: Pick<ClassRules, "sizes"> | undefined): Sizes {
  if (rules?.sizes === undefined) return builtInSizes;
  const sizes = known.get(rules.sizes) ?? readSizes(rules.sizes);
  known.set(rules.sizes, sizes);
  return sizes;
}

type ClassSizes = NonNullable<ClassRules["sizes"]>;

// Not state: a pure function of classes that never change, kept because a thousand tenants share one.
const known = new WeakMap<ClassSizes, Sizes>();

function readSizes(classSizes: ClassSizes): Sizes {
  const own = Object.entries(classSizes);
  const base = builtInSizes.get(DEFAULT_SIZE)?.limits ?? [];
  const sizes = own.map(([name, { quota, limitRange }]): [string, Size] => {
    const limits = limitRange?.limits.map(defaultedLimits) ?? [];
    return [name, { hard: canonicalAmounts(quota.hard), limits: completed(limits, base) }];
  });
  return new Map([...builtInSizes, ...sizes]);
}

/** The resources of a quota without which a namespace has no bound; a class's sizes have to name them all. */
export function boundResources(): readonly string[] {
  return Object.keys(builtInSizes.get(DEFAULT_SIZE)?.hard ?? {});
}

const parts = ["default", "defaultRequest", "max"] as const;

/**
 * The limits, with a container's defaults of CPU, memory and ephemeral storage from `base` where they have none:
 * without a default, a pod that states no limits would be refused by the quota.
 */
export function completed(limits: readonly Limits[], base: readonly Limits[]): readonly Limits[] {
  const given = limits.find((item) => item.type === "Container");
  const source = base.find((item) => item.type === "Container");
  const missing = Object.keys(source?.default ?? {}).filter((name) => given?.default?.[name] === undefined);
  if (source === undefined || missing.length === 0) return limits;
  const taken = parts.map((part) => [part, { ...pick(source[part], missing), ...given?.[part] }] as const);
  const container: Limits = { type: "Container", ...given, ...sortedParts(taken) };
  return [container, ...limits.filter((item) => item !== given)];
}

function pick(
  map: Readonly<Record<string, string>> | undefined,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([name]) => names.includes(name)));
}

function sortedParts(taken: readonly (readonly [string, Readonly<Record<string, string>>])[]) {
  return Object.fromEntries(taken.map(([part, map]) => [part, canonicalAmounts(map)]));
}
