import type { Evidence, Finding, Verdict } from "../checks/verify/finding.ts";
import type { Verification } from "../checks/verify/verification.ts";
import { type BoundaryName, boundaryNames } from "../manifests/manifest.ts";

/** How many findings there are, and how many of each verdict. */
export interface Tally extends Readonly<Record<Verdict, number>> {
  readonly all: number;
}

/** Counts findings. */
export function tally(findings: readonly Finding[]): Tally {
  const count = (verdict: Verdict): number => findings.filter((each) => each.verdict === verdict).length;
  return {
    all: findings.length,
    pass: count("pass"),
    breach: count("breach"),
    open: count("open"),
    inconclusive: count("inconclusive"),
  };
}

/** The findings of each wall that has any, in the order of the walls. */
export function byWall(
  findings: readonly Finding[],
): readonly { readonly boundary: BoundaryName; readonly own: readonly Finding[] }[] {
  return boundaryNames
    .map((boundary) => ({ boundary, own: findings.filter((each) => each.boundary === boundary) }))
    .filter(({ own }) => own.length > 0);
}

/** Everything of a run, each part under the name that it is reported by. */
export function partsOf({
  cluster,
  tenants,
}: Verification): readonly { readonly name: string; readonly findings: readonly Finding[] }[] {
  return [
    { name: SHARED, findings: cluster.findings },
    ...tenants.map(({ tenant, findings }) => ({ name: tenant, findings })),
  ];
}

/** What all tenants share; no tenant can be called so. */
export const SHARED = "all tenants";

/** What is to be known of a tenant's findings besides their verdicts. Not escaped. */
export function remarksOn(findings: readonly Finding[]): readonly string[] {
  const full = findings.filter(
    ({ verdict, evidence }) => verdict !== "inconclusive" && evidence.some(isTwinAtQuota),
  );
  return full.length === 0
    ? []
    : [
        `a quota is full: in ${full.length} checks the harmless twin passed every guard, and ResourceQuota, the last step of admission, refused it`,
      ];
}

function isTwinAtQuota({ part, refusedBy }: Evidence): boolean {
  return part === "twin" && refusedBy === "ResourceQuota";
}

/** What no request can show of a wall; undefined: nothing. */
export function untestedOf(boundary: BoundaryName): string | undefined {
  return boundary === "network"
    ? "the objects are checked, traffic is not: whether NetworkPolicies are enforced depends on the network provider (mtenant doctor looks for one)"
    : undefined;
}

/** What was checked and where: `a tenant that … in team, towards other`. Not escaped. */
export function describeCheck({ title, namespace, neighbour }: Finding): string {
  const where = namespace === undefined ? "" : ` in ${namespace}`;
  return `${title}${where}${neighbour === undefined ? "" : `, towards ${neighbour}`}`;
}

/** One request and its answer, in one line. Not escaped. */
export function describeEvidence({ part, as, request, code, reason, message }: Evidence): string {
  const label = part === undefined ? "" : part === "twin" ? "harmless twin, " : "attack, ";
  return `${label}as ${as}: ${request} → ${`${code} ${reason}`.trim()} ${message}`.trim();
}
