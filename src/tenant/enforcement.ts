import * as z from "zod/mini";
import { consistent, doc, type Fault, text } from "./fields.ts";
import type { Tenant } from "./tenant.ts";

/** How the guards act in a namespace as a spec states it. */
export const enforcementSchema = z
  .strictObject({
    mode: z
      .enum(["Deny", "Warn"])
      .check(
        doc(
          "Deny: the guards refuse. Warn: they and Pod Security only warn, in an adopted namespace, for a time.",
        ),
      ),
    until: z.exactOptional(text(dateFault, "The last day of Warn, such as 2027-01-31 (UTC).")),
  })
  .check(consistent(untilFaults));

interface Enforcement {
  readonly mode: "Deny" | "Warn";
  readonly until?: string;
}

function untilFaults({ mode, until }: Enforcement): Fault[] {
  if (mode === "Warn" && until === undefined)
    return [{ path: ["until"], message: "is required for Warn: the last day, such as 2027-01-31" }];
  return mode === "Deny" && until !== undefined
    ? [{ path: ["until"], message: "says when Warn ends; remove it, or use mode Warn" }]
    : [];
}

/** A day of the calendar that every tool reads alike (RFC 3339, full-date). */
function dateFault(written: string): string | undefined {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(written) ? Date.parse(`${written}T00:00:00Z`) : Number.NaN;
  const exact = !Number.isNaN(time) && new Date(time).toISOString().startsWith(written);
  return exact ? undefined : `${JSON.stringify(written)} is no day; write it as 2027-01-31`;
}

/** A namespace whose stage of warnings is over. */
export interface ExpiredStage {
  readonly tenant: string;
  readonly namespace: string;
  readonly until: string;
}

/** The stages of warnings that ended before `now`, in milliseconds since the epoch: a stage lasts to the end of its day, in UTC. */
export function expiredStages(tenants: readonly Tenant[], now: number): ExpiredStage[] {
  const today = new Date(now).toISOString().slice(0, 10);
  return tenants.flatMap(({ name, namespaces }) =>
    namespaces.flatMap(({ name: namespace, enforcement }) =>
      enforcement !== undefined && enforcement.until < today
        ? [{ tenant: name, namespace, until: enforcement.until }]
        : [],
    ),
  );
}
