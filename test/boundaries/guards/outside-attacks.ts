import type { JsonMap, KubernetesObject } from "../../../src/manifests/object.ts";
import { namespaces, pod } from "./attacks.ts";

/** Tolerates every taint. */
export const everything = { operator: "Exists" };

/** A namespace of no tenant. */
export const elsewhere = "of-no-tenant";

/** A pod of no tenant that the guard lets through, with some fields of its spec changed. */
export const outside = (spec: JsonMap = {}, namespace: string = elsewhere): KubernetesObject => {
  const of = pod(spec, {}, namespaces.t2);
  return { ...of, metadata: { ...of.metadata, namespace } };
};

/** What a pod of no tenant may not say, words of the refusal, and what it may say instead. */
export const outsideRows: readonly (readonly [
  title: string,
  says: string,
  attack: JsonMap,
  twin: JsonMap,
])[] = [
  [
    "tolerates every taint",
    "every taint (name the keys)",
    { tolerations: [everything] },
    { tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }] },
  ],
  [
    "tolerates every taint that keeps pods from being placed",
    "run it as a DaemonSet",
    { tolerations: [{ operator: "Exists", effect: "NoSchedule" }] },
    { tolerations: [{ operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 }] },
  ],
  [
    "tolerates the taint of every tenant",
    "mtenant.dev/tenant",
    { tolerations: [{ key: "mtenant.dev/tenant", operator: "Exists", effect: "NoSchedule" }] },
    { tolerations: [{ key: "dedicated", operator: "Exists", effect: "NoSchedule" }] },
  ],
  [
    "tolerates one tenant's taint",
    "mtenant.dev/tenant",
    { tolerations: [{ key: "mtenant.dev/tenant", value: "team1" }] },
    { tolerations: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }] },
  ],
  [
    "selects the nodes that are marked as a tenant's",
    "remove nodeSelector node-restriction.kubernetes.io/mtenant-tenant",
    { nodeSelector: { "node-restriction.kubernetes.io/mtenant-tenant": "team1" } },
    { nodeSelector: { "kubernetes.io/os": "linux" } },
  ],
  [
    "selects a tenant's pool",
    "remove nodeSelector mtenant.dev/tenant",
    { nodeSelector: { "mtenant.dev/tenant": "team1" } },
    { nodeSelector: { pool: "general" } },
  ],
  ["names its node", "leave nodeName to the scheduler", { nodeName: "n1" }, {}],
];
