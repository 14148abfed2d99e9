import * as z from "zod/mini";
import { compareQuantities, parseQuantity } from "../manifests/quantity.ts";
import { consistent, doc, type Fault, faultAt, quantity } from "./fields.ts";
import { keyFault } from "./labels.ts";
import { defaultedLimits } from "./limit-range.ts";
import { didYouMean } from "./suggest.ts";

/** Resource names of a ResourceQuota without a prefix (kubernetes: pkg/apis/core/helper, standardQuotaResources). */
const quotaResources: readonly string[] =
  "cpu memory ephemeral-storage requests.cpu requests.memory requests.ephemeral-storage limits.cpu limits.memory limits.ephemeral-storage requests.storage persistentvolumeclaims pods services services.nodeports services.loadbalancers replicationcontrollers configmaps secrets resourcequotas".split(
    " ",
  );
const containerResources: readonly string[] = ["cpu", "memory", "ephemeral-storage"];

type Amounts = Readonly<Record<string, string | number>>;

/** `hard` of a ResourceQuota. */
export const hard = z
  .record(z.string(), quantity)
  .check(
    consistent(amountFaults(quotaNameFault)),
    doc("Resource names and the most of each: requests.cpu, limits.memory, pods, count/jobs.batch …"),
  );

/** A quota as a namespace or a size states it. */
export const quotaSchema = z
  .strictObject({ hard })
  .check(doc("A ResourceQuota spec; what it names goes over what the size says."));

const amounts = (description: string) =>
  z.exactOptional(
    z.record(z.string(), quantity).check(consistent(amountFaults(containerNameFault)), doc(description)),
  );

const limitItem = z
  .strictObject({
    type: z.enum(["Container", "Pod", "PersistentVolumeClaim"]),
    default: amounts("Limits of containers that state none."),
    defaultRequest: amounts("Requests of containers that state none."),
    max: amounts("The most that one may ask for."),
    min: amounts("The least that one may ask for."),
    maxLimitRequestRatio: amounts("How many times the request a limit may be."),
  })
  .check(consistent(limitItemFaults));

/** One item of a LimitRange as a spec states it. */
export type LimitItem = z.output<typeof limitItem>;

/** A LimitRange as a namespace or a size states it. */
export const limitRangeSchema = z
  .strictObject({
    limits: z.array(limitItem).check(
      consistent((items: readonly LimitItem[]) =>
        items.flatMap((item, index) => {
          const repeated = items.findIndex((other) => other.type === item.type) < index;
          return faultAt(index, repeated ? `there is already an item of type ${item.type}` : undefined);
        }),
      ),
    ),
  })
  .check(doc("A LimitRange spec instead of the size's; defaults that it leaves out come from the size."));

function quotaNameFault(name: string): string | undefined {
  if (quotaResources.includes(name) || /^(requests\.|limits\.)?hugepages-/.test(name)) return undefined;
  if (!name.includes("/"))
    return `is not a resource that a quota can count${didYouMean(name, quotaResources)}`;
  return keyFault(name);
}

function containerNameFault(name: string): string | undefined {
  if (containerResources.includes(name) || name === "storage" || name.startsWith("hugepages-"))
    return undefined;
  if (!name.includes("/")) return `is not a resource of a container${didYouMean(name, containerResources)}`;
  return keyFault(name);
}

function amountFaults(nameFault: (name: string) => string | undefined): (map: Amounts) => Fault[] {
  return (map) =>
    Object.entries(map).flatMap(([name, amount]) => [
      ...faultAt(name, nameFault(name)),
      ...faultAt(name, granularityFault(name, String(amount))),
    ]);
}

/** Bytes and counts are whole, CPU is no finer than 1m: the server would refuse or round the rest. */
function granularityFault(name: string, amount: string): string | undefined {
  const parsed = parseQuantity(amount);
  if (parsed === undefined) return undefined;
  const isCpu = /(^|\.)cpu$/.test(name);
  const unit = isCpu ? 1_000_000n : 1_000_000_000n;
  if (parsed.nano % unit === 0n) return undefined;
  return `${JSON.stringify(amount)} is finer than ${isCpu ? "1m, the smallest amount of CPU" : "1"}`;
}

/** What the API server would refuse in one LimitRange item (kubernetes: pkg/apis/core/validation, ValidateLimitRange). */
function limitItemFaults(item: LimitItem): Fault[] {
  if (item.type === "Container") return orderFaults(item);
  const unfit = (["default", "defaultRequest"] as const).filter((field) => item[field] !== undefined);
  const faults = unfit.flatMap((field) => faultAt(field, `is possible for type Container only`));
  if (
    item.type === "PersistentVolumeClaim" &&
    item.max?.["storage"] === undefined &&
    item.min?.["storage"] === undefined
  ) {
    return [...faults, { path: [], message: "a PersistentVolumeClaim item needs max or min of storage" }];
  }
  return [...faults, ...orderFaults(item)];
}

const ascending = [
  ["min", "defaultRequest"],
  ["min", "default"],
  ["min", "max"],
  ["defaultRequest", "default"],
  ["defaultRequest", "max"],
  ["default", "max"],
] as const;

function orderFaults(written: LimitItem): Fault[] {
  if (!allReadable(written)) return [];
  const item = defaultedLimits(written);
  return ascending.flatMap(([low, high]) =>
    Object.entries(item[low] ?? {}).flatMap(([name, amount]) => {
      const most = item[high]?.[name];
      if (most === undefined || compareQuantities(amount, most) <= 0) return [];
      return [{ path: [low], message: `${name} ${amount} is more than ${high} ${most}` }];
    }),
  );
}

function allReadable(item: LimitItem): boolean {
  const maps = [item.default, item.defaultRequest, item.max, item.min];
  return maps.every((map) =>
    Object.values(map ?? {}).every((amount) => parseQuantity(String(amount)) !== undefined),
  );
}
