import type { JsonMap } from "../../manifests/object.ts";
import { type Attack, type AttackScope, guard } from "../attack.ts";
import { creating, harmlessPod } from "../harmless.ts";

/** A term that keeps pods of the selected namespaces away from the pod's node. */
const repelling = (term: JsonMap): JsonMap => ({
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "x" } }, ...term },
      ],
    },
  },
});

const pod =
  (spec: (scope: AttackScope) => JsonMap, container: JsonMap = {}) =>
  (scope: AttackScope) =>
    creating(harmlessPod(scope, spec(scope), container));

/** How a tenant takes more of the cluster than its share. */
export const resourcesAttacks: readonly Attack[] = [
  ...(["system-node-critical", "system-cluster-critical"] as const).map(
    (priorityClassName): Attack => ({
      id: `S8-${priorityClassName}`,
      title: `pushes others off their nodes with the priority ${priorityClassName}`,
      boundary: "resources",
      says: `priority class ${priorityClassName}`,
      refusedBy: [guard("mtenant-pods"), "ResourceQuota"],
      request: pod(() => ({ priorityClassName })),
      twin: pod(({ tenant }) => {
        const [allowed] = tenant.allowed.priorityClassNames;
        return allowed === undefined ? {} : { priorityClassName: allowed };
      }),
    }),
  ),
  {
    id: "S9-repel",
    title: "keeps its neighbours' pods off its nodes by anti-affinity across namespaces",
    boundary: "resources",
    refusedBy: ["ResourceQuota"],
    request: pod(() => repelling({ namespaceSelector: {} })),
    twin: pod(() => repelling({})),
  },
  {
    id: "S9-follow",
    title: "finds out where a neighbour's pods run by affinity to them",
    boundary: "resources",
    refusedBy: ["ResourceQuota"],
    request: pod(({ neighbour }) => repelling({ namespaces: [neighbour.namespace] })),
    twin: pod(() => repelling({})),
  },
  {
    id: "S12-too-much",
    title: "asks for more than the whole cluster has",
    boundary: "resources",
    refusedBy: ["ResourceQuota", "LimitRanger"],
    request: pod(() => ({}), {
      resources: { requests: { memory: "1Ei" }, limits: { memory: "1Ei" } },
    }),
    twin: pod(() => ({})),
  },
];
