import type { Toleration } from "../../facts/facts.ts";
import { TENANT_KEY } from "../../manifests/names.ts";
import type { KubernetesObject } from "../../manifests/object.ts";
import type { Examination } from "./diagnosis.ts";

/**
 * The DaemonSets that would stay away from designated nodes, because they do not tolerate the taint: what runs there for
 * the cluster (network, storage, logs, security) would be missing.
 */
export const daemonSets: Examination = ({ daemonSets: seen }) => {
  const topic = "daemon-sets";
  if (seen === "unknown")
    return [{ topic, health: "unknown", message: "the DaemonSets may not be read", evidence: [] }];
  const away = seen.filter((each) => !toleratesTenants(each));
  if (away.length === 0)
    return [{ topic, health: "good", message: "every DaemonSet tolerates designated nodes", evidence: [] }];
  return [
    {
      topic,
      health: "warning",
      message: `${away.length} of ${seen.length} DaemonSets would not run on designated nodes`,
      evidence: away.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
      remedy: `Where they are needed there, give them the toleration {key: ${TENANT_KEY}, operator: Exists, effect: NoSchedule}.`,
    },
  ];
};

function toleratesTenants(daemonSet: KubernetesObject): boolean {
  const spec = daemonSet["spec"] as { template?: { spec?: { tolerations?: readonly Toleration[] } } };
  const tolerations = spec.template?.spec?.tolerations ?? [];
  return tolerations.some(
    ({ key = "", operator = "Equal", effect = "" }) =>
      operator === "Exists" && ["", TENANT_KEY].includes(key) && ["", "NoSchedule"].includes(effect),
  );
}
