import type { Cluster } from "../../cluster/cluster.ts";
import { type Probe, probeAnswers } from "../../execute/guard-probe.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Finding } from "./finding.ts";
import { checkWriters, type Grants } from "./rights-of-others.ts";
import type { VerifiedCluster } from "./verification.ts";
import { checkWalls } from "./walls.ts";

/** What has to be there for all tenants, and the questions to the guards. */
export interface SharedWalls {
  readonly plan: Plan;
  readonly probes: readonly Probe[];
}

/** Are the walls that all tenants share there and live, and who else could take them down? Throws ApiError, ConnectionError. */
export async function verifyCluster(
  cluster: Cluster,
  { plan, probes }: SharedWalls,
  grants: Grants,
): Promise<VerifiedCluster> {
  const live = await Promise.all(probes.map((probe) => checkProbe(cluster, probe)));
  return {
    findings: [...checkWalls(plan), ...live, checkWriters(grants)],
    wallWriters: grants.writers,
  };
}

async function checkProbe(cluster: Cluster, probe: Probe): Promise<Finding> {
  const answers = await probeAnswers(cluster, probe);
  return {
    id: "guard",
    boundary: "guards",
    title: `the guard ${probe.policy} is live`,
    verdict: answers ? "pass" : "breach",
    message: answers ? "it refuses its probe" : "it does not refuse its probe, or is another one",
    evidence: [],
  };
}
