import type { Finding } from "./finding.ts";
import { keysAt } from "./issues.ts";
import { stepsOf } from "./locked.ts";
import { labelFault } from "./names.ts";
import { type ClassInput, tenantSchema } from "./schema.ts";
import { boundResources } from "./sizes.ts";
import { didYouMean } from "./suggest.ts";

/** What is wrong with a class beyond the shape of its fields. */
export function classFindings(input: ClassInput): readonly Finding[] {
  return [...lockedFindings(input), ...sizeFindings(input)];
}

function lockedFindings(input: ClassInput): readonly Finding[] {
  return (input.spec.locked ?? []).flatMap((field, index) => {
    const message = lockedFault(field);
    return message === undefined ? [] : [{ path: ["spec", "locked", index], message }];
  });
}

/** A locked field has to be one that a tenant's spec has, otherwise the lock would hold nothing. */
function lockedFault(field: string): string | undefined {
  const path: (string | number)[] = ["spec"];
  for (const step of stepsOf(field)) {
    const known = keysAt(tenantSchema, path);
    if (step !== "[]" && !known.includes(step)) {
      return `${JSON.stringify(field)} is no field of a tenant's spec${didYouMean(step, known)}`;
    }
    path.push(step === "[]" ? 0 : step);
  }
  return undefined;
}

function sizeFindings(input: ClassInput): readonly Finding[] {
  return Object.entries(input.spec.sizes ?? {}).flatMap(([name, size]) => {
    const path = ["spec", "sizes", name];
    const fault = labelFault(name);
    const missing = boundResources().filter((resource) => !Object.hasOwn(size.quota.hard, resource));
    return [
      ...(fault === undefined ? [] : [{ path, message: fault }]),
      ...(missing.length === 0
        ? []
        : [
            {
              path: [...path, "quota", "hard"],
              message: `a size has to bound ${missing.join(", ")} as well`,
            },
          ]),
    ];
  });
}
