import type { Diagnosis, Examination } from "./diagnosis.ts";

const topic = "records";

/** Can every record be read, and does one list every namespace of a tenant? */
export const records: Examination = ({ records: seen }) => {
  if (seen === "unknown")
    return [{ topic, health: "unknown", message: "the records may not be read", evidence: [] }];
  const { damaged, unrecorded } = seen;
  const found: Diagnosis[] = [];
  if (damaged.length > 0)
    found.push({
      topic,
      health: "bad",
      message: "there are records that cannot be used: nobody can change or delete what they hold",
      evidence: damaged,
      remedy: "Restore them from a backup, or upgrade mtenant where a newer one wrote them.",
    });
  if (unrecorded.length > 0)
    found.push({
      topic,
      health: "bad",
      message: "there are namespaces of tenants that no record lists: nobody can change or delete them",
      evidence: unrecorded.map(({ tenant, namespace }) => `Namespace ${namespace} of tenant ${tenant}`),
      remedy: "Take the tenants back from their specs: mtenant create -f SPEC --take-over.",
    });
  if (found.length > 0) return found;
  return [{ topic, health: "good", message: "every namespace of a tenant has its record", evidence: [] }];
};
