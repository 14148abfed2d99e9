import { ExitCode, ExpectedError } from "../errors.ts";
import type { Owner } from "../manifests/manifest.ts";
import { someOf } from "../report/results.ts";
import { didYouMean } from "../tenant/suggest.ts";

/** The names of the tenants among these owners, sorted. */
export function tenantsAmong(owners: readonly Owner[]): string[] {
  return owners.flatMap((owner) => (owner.kind === "tenant" ? [owner.name] : [])).sort();
}

/** NAME is of no tenant of the cluster (exit code 2). `known`: those that there are; `otherwise`: what else may be meant. */
export function noSuchTenant(name: string, known: readonly string[], otherwise: string): ExpectedError {
  const there = known.length === 0 ? "there are no tenants yet" : `there are: ${someOf(known)}`;
  return new ExpectedError(
    ExitCode.usage,
    `there is no tenant ${JSON.stringify(name)}${didYouMean(name, known)}`,
    { hint: `${there}; ${otherwise}` },
  );
}
