import type { Cluster } from "../cluster/cluster.ts";
import { ApiError } from "../cluster/api-error.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import { isList, valueAt } from "../plan/json-values.ts";
import { listObjects } from "../cluster/list-objects.ts";
import { unlessUnavailable } from "../cluster/unavailable.ts";
import { sendApply } from "./apply-request.ts";
import type { Execution } from "./execution.ts";
import { waitFor } from "./waiting.ts";

/** A question to one guard: `object` is created as a dry-run until `isAnswer` says that this guard, in this generation, refused it. */
export interface Probe {
  readonly policy: string;
  readonly object: KubernetesObject;
  readonly isAnswer: (refusal: { readonly code: number; readonly message: string }) => boolean;
}

/** Each API server reads its policies once a second; the others follow within two. */
const OTHER_SERVERS_MS = 2_000;

/**
 * Waits until every guard refuses its probe in the new generation, and for the other API servers where there are
 * several. Throws ExpectedError (exit code 5 naming the guards that stay silent, 130), ApiError, ConnectionError.
 */
export async function guardsLive(execution: Execution, probes: readonly Probe[]): Promise<void> {
  await untilAllAnswer(execution, probes);
  if ((await countApiServers(execution)) < 2) return;
  await execution.clock.sleep(OTHER_SERVERS_MS, execution.signal).catch(() => undefined);
  await untilAllAnswer(execution, probes);
}

async function untilAllAnswer(execution: Execution, probes: readonly Probe[]): Promise<void> {
  let silent = probes;
  await waitFor(execution, {
    what: "the guards to be live",
    check: async () => {
      const answered = await Promise.all(silent.map((probe) => probeAnswers(execution.cluster, probe)));
      silent = silent.filter((_, index) => answered[index] !== true);
      return silent.length === 0 ? true : undefined;
    },
    blockers: async () =>
      silent.map(({ policy }) => `ValidatingAdmissionPolicy ${policy} does not refuse its probe`),
  });
}

/** Does the guard refuse its probe now, in this generation? Throws ApiError for a failing server, ConnectionError. */
export async function probeAnswers(cluster: Cluster, { object, isAnswer }: Probe): Promise<boolean> {
  try {
    // Applied, not posted: RBAC can limit an apply to the probe's name.
    await sendApply(cluster, object, { force: false, dryRun: true });
    return false;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code < 400 || error.code >= 500) throw error;
    return isAnswer(error);
  }
}

/** By the endpoints of the `kubernetes` Service; several when it cannot be told. */
async function countApiServers({ cluster }: Execution): Promise<number> {
  const kind = { group: "discovery.k8s.io", kind: "EndpointSlice" };
  const selection = { namespace: "default", labelSelector: "kubernetes.io/service-name=kubernetes" };
  const slices = await unlessUnavailable(listObjects(cluster, kind, selection));
  if (slices === "unknown" || slices.length === 0) return 2;
  const addresses = slices.flatMap((slice) => {
    const endpoints = valueAt(slice, "endpoints");
    return (isList(endpoints) ? endpoints : []).flatMap((each) => valueAt(each, "addresses") ?? []);
  });
  return addresses.length;
}
