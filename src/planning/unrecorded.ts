import type { Cluster } from "../cluster/cluster.ts";
import { explainError } from "../cluster/explain-error.ts";
import { listObjects } from "../cluster/list-objects.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import { TENANT_KEY } from "../manifests/names.ts";
import { type LabelledNamespace, unrecordedAmong } from "../plan/unrecorded.ts";
import { type ReadRecords, readRecords } from "./session.ts";

/** What to do about a tenant that no record holds. */
export const TAKE_BACK =
  "mtenant create -f SPEC --take-over makes it mtenant's again, from its spec; until then nothing of it can be changed or deleted";

/**
 * All records, and the Namespaces that name a tenant whose record does not list them: a record was lost, or never was.
 * Throws ExpectedError (exit code 3).
 */
export async function readWithUnrecorded(
  cluster: Cluster,
): Promise<ReadRecords & { readonly unrecorded: readonly LabelledNamespace[] }> {
  const kind = { group: "", kind: "Namespace" };
  const namespaces = await listObjects(cluster, kind, { labelSelector: TENANT_KEY }).catch(
    (error: unknown) => {
      throw explainError(error, cluster, "look for namespaces of tenants without a record");
    },
  );
  // Read afterwards: a record is there before the namespaces that it lists.
  const read = await readRecords(cluster);
  const listing = [...read.records.values()].map(({ record }) => record);
  return { ...read, unrecorded: unrecordedAmong(namespaces, [...listing, ...read.damaged]) };
}

/** Refuses (exit code 4) to call tenants gone that have no record and still have namespaces. */
export function refuseUnrecorded(names: readonly string[], unrecorded: readonly LabelledNamespace[]): void {
  const problems = names.flatMap((name) => {
    const own = unrecorded.filter(({ tenant }) => tenant === name).map(({ namespace }) => namespace);
    if (own.length === 0) return [];
    return [
      { where: `tenant ${name}`, message: `no record holds it, and its label is on ${own.join(", ")}` },
    ];
  });
  if (problems.length === 0) return;
  const message = "Nobody can tell what of these tenants is mtenant's; nothing was changed.";
  throw new ExpectedError(ExitCode.refused, message, { problems, hint: TAKE_BACK });
}
