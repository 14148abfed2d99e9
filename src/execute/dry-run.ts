import { ApiError } from "../cluster/api-error.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Manifest } from "../manifests/manifest.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import type { Observed } from "../plan/observed.ts";
import { conflictsOf, sendApply } from "./apply-request.ts";

/**
 * What the server says that an apply would make of an existing object, without doing it: the object, or why not.
 * Throws ApiError for a failing server (5xx, 401, 429) and ConnectionError.
 */
export async function dryRun(
  cluster: Cluster,
  manifest: Manifest,
  live: KubernetesObject,
  force: boolean,
): Promise<Pick<Observed, "dryRun" | "dryRunRefusal">> {
  const { uid } = live.metadata;
  const metadata = { ...manifest.object.metadata, ...(uid === undefined ? {} : { uid }) };
  try {
    const applied = await sendApply(cluster, { ...manifest.object, metadata }, { force, dryRun: true });
    return { dryRun: applied.object };
  } catch (error) {
    if (!(error instanceof ApiError) || !isDecision(error.code)) throw error;
    const { code, reason, message } = error;
    return { dryRunRefusal: { code, reason, message, conflicts: conflictsOf(error) } };
  }
}

function isDecision(code: number): boolean {
  return code >= 400 && code < 500 && code !== 401 && code !== 408 && code !== 429;
}
