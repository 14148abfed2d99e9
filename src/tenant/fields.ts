import * as z from "zod/mini";
import { parseQuantity } from "../manifests/quantity.ts";
import { keyFault, securityMeaning, valueFault } from "./labels.ts";
import { CLASS_ANNOTATION, CLASS_RULES_ANNOTATION, subdomainFault } from "./names.ts";

/** A JSON Schema `description`: what the editor shows at a field. */
export function doc(description: string) {
  return z.meta({ description });
}

/** A check by a function that says what is wrong, or `undefined`. */
function faultless<T>(faultOf: (value: T) => string | undefined) {
  return z.check<T>((payload) => {
    const message = faultOf(payload.value);
    if (message !== undefined)
      payload.issues.push({ code: "custom", input: payload.value, message, continue: true });
  });
}

/** Something wrong at a place inside of a value. */
export interface Fault {
  readonly path: (string | number)[];
  readonly message: string;
}

/** A check of several fields at once, each fault at its own place below the value. */
export function consistent<T>(faultsOf: (value: T) => readonly Fault[]) {
  return z.check<T>((payload) => {
    for (const fault of faultsOf(payload.value)) {
      payload.issues.push({
        code: "custom",
        input: payload.value,
        path: fault.path,
        message: fault.message,
        continue: true,
      });
    }
  });
}

/** A string checked by `faultOf`, which says what is wrong with it; nothing when all is well. */
export function text(faultOf: (value: string) => string | undefined, description: string) {
  return z.string().check(faultless(faultOf), doc(description));
}

/** The name of a cluster-scoped object such as a Node or a StorageClass. */
export function objectName(description: string) {
  return text(subdomainFault, description);
}

/** Labels for a selector: any key that Kubernetes accepts. */
export function selectorLabels(description: string) {
  return z.record(z.string(), z.string()).check(consistent(labelFaults), doc(description));
}

/** Labels that are put onto objects: those with a meaning for security are refused. */
export function objectLabels(description: string) {
  return z.record(z.string(), z.string()).check(
    consistent((labels) => [...labelFaults(labels), ...meaningFaults(labels)]),
    doc(description),
  );
}

/** Annotations of a document: they stay in the file, but those with a meaning for security would be misread. */
export function annotations(description: string) {
  return z.record(z.string(), z.string()).check(
    consistent(({ [CLASS_ANNOTATION]: _class, [CLASS_RULES_ANNOTATION]: _rules, ...others }) => [
      ...keyFaults(others),
      ...meaningFaults(others),
    ]),
    doc(description),
  );
}

function keyFaults(map: Readonly<Record<string, string>>): Fault[] {
  return Object.keys(map).flatMap((key) => faultAt(key, keyFault(key)));
}

function labelFaults(labels: Readonly<Record<string, string>>): Fault[] {
  return [
    ...keyFaults(labels),
    ...Object.entries(labels).flatMap(([key, value]) => faultAt(key, valueFault(value))),
  ];
}

function meaningFaults(map: Readonly<Record<string, string>>): Fault[] {
  return Object.keys(map).flatMap((key) => {
    const meaning = securityMeaning(key);
    return faultAt(key, meaning === undefined ? undefined : `cannot be set here, because it ${meaning}`);
  });
}

/** A fault at one key, or none. */
export function faultAt(key: string | number, message: string | undefined): Fault[] {
  return message === undefined ? [] : [{ path: [key], message }];
}

/** A quantity as Kubernetes writes it; whole and fractional numbers are accepted as kubectl accepts them. */
export const quantity = z
  .union([z.string(), z.number()], { error: "a quantity such as 500m or 2Gi is expected" })
  .check(faultless((value: string | number) => quantityFault(String(value))));

function quantityFault(written: string): string | undefined {
  const parsed = parseQuantity(written);
  if (parsed === undefined) {
    const hint = /\s/.test(written) ? "; it holds a space" : "; examples are 500m, 4, 2Gi";
    return `${JSON.stringify(written)} is not a quantity${hint}`;
  }
  return parsed.nano < 0n ? `${JSON.stringify(written)} is negative` : undefined;
}

/** A list in which no item may be there twice, by the text that `keyOf` gives an item; `what` names it in the message. */
export function unique<T>(keyOf: (item: T) => string, what: string) {
  return consistent<readonly T[]>((items) => {
    const seen = new Set<string>();
    return items.flatMap((item, index) => {
      const key = keyOf(item);
      const repeated = seen.has(key);
      seen.add(key);
      return faultAt(index, repeated ? `the ${what} ${JSON.stringify(key)} is listed twice` : undefined);
    });
  });
}
