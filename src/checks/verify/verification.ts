import type { WallWriter } from "../../boundaries/access/wall-writers.ts";
import type { BenchmarkResult } from "./benchmark.ts";
import type { Finding } from "./finding.ts";
import type { Reached } from "./neighbours.ts";
import type { RightsRow } from "./rights.ts";

/** What was found out in one run. */
export interface Verification {
  readonly cluster: VerifiedCluster;
  readonly tenants: readonly VerifiedTenant[];
}

/** What all tenants share: the guards, and who could take them down. */
export interface VerifiedCluster {
  readonly findings: readonly Finding[];
  readonly wallWriters: readonly WallWriter[];
}

/** What one tenant's checks came to. */
export interface VerifiedTenant {
  readonly tenant: string;
  readonly neighbours: Reached;
  /** Who may do what, as the server says it: a row for each role and namespace. */
  readonly rights: readonly RightsRow[];
  readonly benchmark: readonly BenchmarkResult[];
  readonly findings: readonly Finding[];
}
