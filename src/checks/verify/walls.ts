import { reachOf } from "../../boundaries/index.ts";
import { isInForce } from "../../execute/walls.ts";
import type { BoundaryName } from "../../manifests/manifest.ts";
import { describeId } from "../../manifests/object.ts";
import { valueAt } from "../../plan/json-values.ts";
import type { Change, Plan } from "../../plan/plan.ts";
import type { Finding } from "./finding.ts";

/** By kind, the wall that an object of somebody else weakens. */
const foreignBoundaries: Readonly<Record<string, BoundaryName>> = {
  NetworkPolicy: "network",
  Node: "nodes",
  Pod: "pods",
  Service: "guards",
};

/** Is every wall there, not wider than it was rendered, and in force? And does nothing else open what they close? */
export function checkWalls(plan: Plan): readonly Finding[] {
  const changes = plan.waves.flatMap((wave) => wave.changes);
  const foreign = plan.foreign.map(
    ({ id, message, effect }): Finding => ({
      id: "foreign",
      boundary: foreignBoundaries[id.kind] ?? "access",
      title: `${describeId(id)} is not mtenant's`,
      namespace: id.namespace,
      verdict: effect === "widens" ? "breach" : "pass",
      message,
      evidence: [],
    }),
  );
  return [
    ...changes.flatMap(checkWall),
    ...changes.flatMap(checkQuota),
    ...checkQuotaNames(changes),
    ...foreign,
  ];
}

function checkWall({ id, manifest, live, action, fields }: Change): Finding[] {
  if (manifest === undefined) return [];
  const found = (verdict: Finding["verdict"], message: string): Finding[] => [
    {
      id: "wall",
      boundary: manifest.boundary,
      title: `${describeId(id)} is as rendered`,
      ...(id.namespace === "" ? {} : { namespace: id.namespace }),
      verdict,
      message,
      evidence: [],
    },
  ];
  if (live === undefined && id.kind === "Node") return found("pass", "it is gone, and nobody runs there");
  if (live === undefined) return found("breach", "it does not exist");
  if (live.metadata.deletionTimestamp !== undefined) return found("breach", "it is being deleted");
  if (action === "unchanged") return found("pass", "it is");
  const paths = fields.map(({ path }) => path).join(", ");
  return reachOf(id)(manifest.object, live) === "widens"
    ? found("breach", `it is wider than the spec: ${paths}`)
    : found("pass", `it differs, but is not wider: ${paths}`);
}

/** A ResourceQuota stops nothing before its `status.hard` is what its `spec.hard` says. */
function checkQuota({ id, live }: Change): Finding[] {
  if (id.kind !== "ResourceQuota" || live === undefined) return [];
  const inForce = isInForce(live);
  return [
    {
      id: "quota",
      boundary: "resources",
      title: `${describeId(id)} is in force`,
      namespace: id.namespace,
      verdict: inForce ? "pass" : "breach",
      message: inForce ? "its status is what its spec says" : "its status is not what its spec says yet",
      evidence: [],
    },
  ];
}

/** What the multi-tenancy benchmark wants counted, by words that the names of a quota contain. */
const counted = {
  "quota-compute": ["cpu", "memory", "ephemeral-storage"],
  "quota-objects": [
    "pods",
    "services",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
  ],
} as const;

/** Do the quotas of each namespace together count what exhausts a cluster? */
function checkQuotaNames(changes: readonly Change[]): Finding[] {
  const quotas = changes.filter(({ id, live }) => id.kind === "ResourceQuota" && live !== undefined);
  const namespaces = [...new Set(quotas.map(({ id }) => id.namespace))];
  return namespaces.flatMap((namespace) => {
    const own = quotas.filter(({ id }) => id.namespace === namespace);
    const names = own.flatMap(({ live }) => Object.keys(valueAt(live?.["status"], "hard") ?? {}));
    return (["quota-compute", "quota-objects"] as const).map((id): Finding => {
      const missing = counted[id].filter((word) => !names.some((name) => name.includes(word)));
      return {
        id,
        boundary: "resources",
        title: `the quota counts ${counted[id].join(", ")}`,
        namespace,
        verdict: missing.length === 0 ? "pass" : "breach",
        message: missing.length === 0 ? "it does" : `it does not count ${missing.join(", ")}`,
        evidence: [],
      };
    });
  });
}
