import type { Problem } from "../errors.ts";
import { budgetFindings } from "./budget.ts";
import { collisions, type Placed } from "./collisions.ts";
import type { Checked, CheckedDocuments } from "./documents.ts";
import { type Finding, type Locate, problemOf } from "./finding.ts";
import { lockFindings } from "./locked.ts";
import { mergeClass, ownPath } from "./merge.ts";
import { CLASS_RULES_ANNOTATION } from "./names.ts";
import { recordedRules, rulesOfClass } from "./recorded-class.ts";
import { resolve } from "./resolve.ts";
import { type MergedSpec, specFindings } from "./rules.ts";
import type { ClassInput, TenantInput, TenantSpecInput } from "./schema.ts";
import { sizesOf } from "./sizes.ts";
import { didYouMean } from "./suggest.ts";
import type { ClassRules, Tenant } from "./tenant.ts";
import type { Json } from "../manifests/object.ts";

/** The tenants of the documents that are right by themselves, and what is wrong with them and between them. */
export interface Resolved {
  readonly tenants: readonly Tenant[];
  readonly problems: readonly Problem[];
}

/** Merges classes in, judges each tenant as a whole and all of them together. */
export function resolveAll(documents: CheckedDocuments): Resolved {
  const classes = new Map(documents.classes.map((one) => [one.input.metadata.name, one]));
  const placed: Placed[] = [];
  const problems: Problem[] = [];
  for (const document of documents.tenants) {
    const className = document.input.spec?.className;
    if (className !== undefined && documents.brokenClasses.has(className)) continue;
    const one = resolveOne(document, classes);
    problems.push(...one.findings.map((finding) => problemOf(finding, document.locate)));
    if (one.tenant !== undefined) placed.push({ tenant: one.tenant, ...document });
  }
  const between = collisions(placed).map(({ finding, locate }) => problemOf(finding, locate));
  return { tenants: placed.map((one) => one.tenant), problems: [...problems, ...between] };
}

interface ResolvedOne {
  readonly tenant?: Tenant;
  readonly findings: readonly Finding[];
}

type Classes = ReadonlyMap<string, Checked<ClassInput>>;

function resolveOne({ input }: { input: TenantInput; locate: Locate }, classes: Classes): ResolvedOne {
  const own = input.spec ?? {};
  const preset = own.className === undefined ? undefined : classes.get(own.className);
  if (own.className !== undefined && preset === undefined)
    return { findings: [unknownClass(own.className, classes)] };
  const recorded = recordedRules(input);
  if (recorded.fault !== undefined) {
    const path = ["metadata", "annotations", CLASS_RULES_ANNOTATION];
    return { findings: [{ path, message: recorded.fault }] };
  }
  const merged = mergedSpec(input, preset?.input.spec, recorded.rules);
  const locks = preset === undefined ? [] : lockFindings(own, preset.input.spec, preset.input.metadata.name);
  const found = specFindings(merged).map((finding) => relocated(finding, merged.spec, own));
  const findings = [...locks, ...found];
  if (findings.length > 0) return { findings };
  const tenant = resolve(input, merged);
  const excess = budgetFindings(tenant).map((finding) => relocated(finding, merged.spec, own));
  return excess.length > 0 ? { findings: excess } : { tenant, findings: [] };
}

/** `recorded`: of the class that the document was resolved with; a class that is given decides anew. */
function mergedSpec(
  { metadata, spec: own = {} }: TenantInput,
  preset: ClassInput["spec"] | undefined,
  recorded: ClassRules | undefined,
): MergedSpec {
  const spec = preset === undefined ? own : mergeClass(own, preset);
  const classRules = preset === undefined ? recorded : rulesOfClass(preset);
  const sizes = sizesOf(classRules);
  return { name: metadata.name, spec, sizes, ...(classRules === undefined ? {} : { classRules }) };
}

/** Findings are made on the merged spec, but shown where the tenant's own document says it. */
function relocated(finding: Finding, merged: TenantSpecInput, own: TenantSpecInput): Finding {
  const path = ownPath(finding.path, { spec: merged as Json }, { spec: own as Json });
  return { ...finding, path };
}

function unknownClass(name: string, classes: Classes): Finding {
  const hint =
    didYouMean(name, [...classes.keys()]) || "; classes live in files: give the one that holds it with -f";
  const message = `there is no TenantClass ${JSON.stringify(name)} among the files given${hint}`;
  return { path: ["spec", "className"], message };
}
