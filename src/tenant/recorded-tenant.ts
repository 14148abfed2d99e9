import { ExitCode, ExpectedError } from "../errors.ts";
import type { Json } from "../manifests/object.ts";
import type { RawDocument } from "./documents.ts";
import { type Finding, problemOf } from "./finding.ts";
import { applyFlags, flagLocator, type TenantFlags } from "./flags.ts";
import { locksAmounts, locksPodSecurity, type Pair, pairsAt, stepsOf, within } from "./locked.ts";
import { isMap } from "./merge.ts";
import { CLASS_ANNOTATION } from "./names.ts";
import { locksOf, recordedRules } from "./recorded-class.ts";
import type { TenantInput, TenantSpecInput } from "./schema.ts";
import type { ClassRules, Subject, TenantDocument } from "./tenant.ts";

/** The class that a resolved document was made with. */
export function recordedClassName(document: TenantDocument): string | undefined {
  return (document as unknown as TenantInput).metadata.annotations?.[CLASS_ANNOTATION];
}

/** Who has a role by a recorded spec; none where there is no spec. */
export function recordedSubjects(document: TenantDocument | undefined): readonly Subject[] {
  return (
    (document as unknown as { readonly spec?: { readonly subjects?: readonly Subject[] } } | undefined)?.spec
      ?.subjects ?? []
  );
}

/**
 * The document of a recorded tenant with what the flags say changed and all else as it was. Fields that its class
 * locks stay as they are, unless a class among `classes` is named by the flags and decides anew: then the locked
 * fields are that class's, and its sizes hold. Throws (exit code 2), naming the flag, the field and the class.
 */
export async function changeRecorded(
  recorded: TenantDocument,
  flags: TenantFlags,
  classes: readonly RawDocument[],
): Promise<TenantDocument> {
  if (flags.className !== undefined) {
    const locked = locksOf(flags.className, classes);
    return applyFlags(locked === undefined ? recorded : withoutClass(recorded, locked), flags);
  }
  const changed = await applyFlags(recorded, flags);
  refuseLocked(changed as unknown as TenantInput, recorded as unknown as TenantInput);
  return changed;
}

/** The document without what a class that locks these fields decides: they are the class's, or the default. */
function withoutClass(document: TenantDocument, locked: readonly string[]): TenantDocument {
  const { spec = {}, ...rest } = document as unknown as TenantInput;
  const { annotations: _annotations, ...metadata } = rest.metadata;
  const shared = locked.map(stepsOf).filter((steps) => !steps.includes("[]") && steps[0] !== "namespaces");
  const kept = shared.reduce((value, steps) => without(value, steps), spec as Json) as TenantSpecInput;
  const levels = locked.some(locksPodSecurity);
  const namespaces = spec.namespaces?.map((namespace) => {
    const { podSecurity, quota, limitRange, ...own } = namespace;
    return {
      ...own,
      ...(levels || podSecurity === undefined ? {} : { podSecurity }),
      ...(own.size !== undefined || quota === undefined ? {} : { quota }),
      ...(own.size !== undefined || limitRange === undefined ? {} : { limitRange }),
    };
  });
  const all = { ...kept, ...(namespaces === undefined ? {} : { namespaces }) };
  return { ...rest, metadata, spec: all } as unknown as TenantDocument;
}

function without(value: Json, [step, ...rest]: readonly string[]): Json {
  if (step === undefined || !isMap(value) || !Object.hasOwn(value, step)) return value;
  const { [step]: inner, ...others } = value;
  return rest.length === 0 || inner === undefined ? others : { ...others, [step]: without(inner, rest) };
}

function refuseLocked(changed: TenantInput, recorded: TenantInput): void {
  const className = recorded.metadata.annotations?.[CLASS_ANNOTATION];
  const { rules } = recordedRules(recorded);
  if (className === undefined || rules === undefined) return;
  const findings = rules.locked.flatMap((field) => changesOf(field, changed.spec, recorded.spec, rules));
  if (findings.length === 0) return;
  const held = findings.map(
    ({ path }): Finding => ({ path, message: `is locked by TenantClass ${className}` }),
  );
  throw new ExpectedError(
    ExitCode.usage,
    "the tenant's class locks what the flags would change; nothing was changed",
    {
      problems: held.map((finding) => problemOf(finding, flagLocator(changed))),
      hint: `only the class decides about it: change its file, and give it with --class ${className} -f FILE`,
    },
  );
}

/** Where a locked field of the record would be something else. */
function changesOf(
  field: string,
  changed: TenantSpecInput = {},
  recorded: TenantSpecInput = {},
  { sizes }: ClassRules,
): readonly Pick<Finding, "path">[] {
  const [own, preset] = [changed as Json, recorded as Json];
  const steps = stepsOf(field);
  const set = pairsAt({ own, preset, path: ["spec"] }, steps).filter(
    (pair) => !within(pair.own, pair.preset),
  );
  const removed = pairsAt({ own: preset, preset: own, path: ["spec"] }, steps).filter(isRemoved(field));
  return [...set, ...removed, ...(locksAmounts(field) ? foreignSizes(changed, recorded, sizes) : [])];
}

/** Quota and limits go when a size takes their place: whether that is allowed is decided by the size. */
function isRemoved(field: string): (pair: Pair) => boolean {
  const isNothing = (value: Json | undefined): boolean => Array.isArray(value) && value.length === 0;
  return ({ own, preset }) => preset === undefined && !isNothing(own) && !locksAmounts(field);
}

function foreignSizes(
  changed: TenantSpecInput,
  recorded: TenantSpecInput,
  sizes: ClassRules["sizes"],
): readonly Pick<Finding, "path">[] {
  const before = new Map(recorded.namespaces?.map(({ name, size }) => [name, size]));
  return (changed.namespaces ?? []).flatMap(({ name, size }, index) =>
    size === undefined || size === before.get(name) || Object.hasOwn(sizes, size)
      ? []
      : [{ path: ["spec", "namespaces", index, "size"] }],
  );
}
