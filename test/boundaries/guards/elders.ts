import type { JsonMap, KubernetesObject } from "../../../src/manifests/object.ts";
import { object, pod } from "./attacks.ts";
import { namespaceObject } from "./guarded-cluster.ts";
import { placeOf } from "./mutant-places.ts";
import { MUTANT_LABEL, type Mutant } from "./mutants.ts";

/** What is older than its guard, and has what the guard refuses to what is new. */
export const ELDER = "elder";

const elder =
  (apiVersion: string, kind: string, fields: JsonMap) =>
  (namespace: string): KubernetesObject => {
    const { metadata, ...rest } = fields as JsonMap & { metadata?: JsonMap };
    return object(apiVersion, kind, namespace, { metadata: { name: ELDER, ...metadata }, ...rest });
  };

const elderPod =
  (spec: JsonMap, annotations: JsonMap = {}) =>
  (namespace: string): KubernetesObject => {
    const made = pod(spec, { image: "ghcr.io/elder" });
    return {
      ...made,
      metadata: { name: ELDER, namespace, annotations: annotations as Record<string, string> },
    };
  };

const claim: JsonMap = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };

const byPolicy: Readonly<Record<string, (namespace: string) => KubernetesObject>> = {
  "mtenant-autoscalers": elder("autoscaling/v2", "HorizontalPodAutoscaler", {
    spec: {
      maxReplicas: 2,
      scaleTargetRef: { apiVersion: "example.com/v1", kind: "ControlPlane", name: "x" },
    },
  }),
  // It selects no node: what its pods may do is not the question.
  "mtenant-daemonsets": elder("apps/v1", "DaemonSet", {
    spec: {
      selector: { matchLabels: { app: "x" } },
      template: {
        metadata: { labels: { app: "x" } },
        spec: {
          tolerations: [{ operator: "Exists" }],
          nodeSelector: { "example.com/none": "x" },
          containers: [{ name: "main", image: "x" }],
        },
      },
    },
  }),
  "mtenant-disruption": elder("policy/v1", "PodDisruptionBudget", {
    spec: { maxUnavailable: 0, selector: { matchLabels: { app: "x" } } },
  }),
  "mtenant-managed": elder("v1", "ConfigMap", {
    metadata: { labels: { "app.kubernetes.io/managed-by": "mtenant" } },
  }),
  "mtenant-objects": elder("v1", "ConfigMap", {
    metadata: {
      labels: { "mtenant.dev/tenant": "other" },
      annotations: { "mtenant.dev/x": "y" },
      finalizers: ["evil.example.com/x"],
    },
  }),
  "mtenant-outsiders": elderPod({
    tolerations: [{ operator: "Exists" }],
    nodeSelector: { "mtenant.dev/tenant": "team1" },
  }),
  "mtenant-pods": elderPod(
    { tolerations: [{ operator: "Exists" }], nodeSelector: { "mtenant.dev/tenant": "other" } },
    { "k8s.v1.cni.cncf.io/networks": "x" },
  ),
  "mtenant-secrets": elder("v1", "Secret", {
    type: "kubernetes.io/service-account-token",
    metadata: { annotations: { "kubernetes.io/service-account.name": "default" } },
  }),
  "mtenant-serviceaccounts": elder("v1", "ServiceAccount", {
    metadata: { annotations: { "eks.amazonaws.com/role-arn": "x" } },
  }),
  "mtenant-services": elder("v1", "Service", {
    metadata: { annotations: { "external-dns.alpha.kubernetes.io/hostname": "x" } },
    spec: { type: "NodePort", externalIPs: ["203.0.113.1"], ports: [{ port: 80 }] },
  }),
  "mtenant-volumes": elder("v1", "PersistentVolumeClaim", {
    metadata: { annotations: { "volume.kubernetes.io/selected-node": "x" } },
    spec: { ...claim, storageClassName: "elders", volumeName: "x" },
  }),
};

/** A namespace of no tenant that the operator let onto the nodes of tenants. */
export function elderNamespace({ name }: Mutant): KubernetesObject {
  return namespaceObject(`${name}-${ELDER}`, { "mtenant.dev/tenant-nodes": "Allow", [MUTANT_LABEL]: name });
}

/** The object of a mutant that is older than it; of Namespaces and Nodes, what is there anyway. */
export function elderOf(mutant: Mutant): KubernetesObject | undefined {
  return byPolicy[mutant.policy]?.(placeOf(mutant));
}

/** A pod whose own grace period is longer than anybody may give one when deleting it. Without a node it would have none. */
export function slowPod(mutant: Mutant): KubernetesObject {
  const made = pod({ terminationGracePeriodSeconds: 7200, nodeName: ELDER });
  return { ...made, metadata: { name: "slow", namespace: placeOf(mutant) } };
}

/** A claim that is not bound yet. */
export function unboundClaim(mutant: Mutant): KubernetesObject {
  const spec = { ...claim, storageClassName: "elders" };
  return object("v1", "PersistentVolumeClaim", placeOf(mutant), { metadata: { name: "unbound" }, spec });
}

/** Everything that is older than a mutant. */
export function eldersOf(mutant: Mutant): KubernetesObject[] {
  const own = elderOf(mutant);
  return [
    ...(own === undefined ? [] : [own]),
    ...(mutant.policy === "mtenant-namespaces" ? [elderNamespace(mutant)] : []),
    ...(mutant.policy === "mtenant-disruption" ? [slowPod(mutant)] : []),
    ...(mutant.policy === "mtenant-volumes" ? [unboundClaim(mutant)] : []),
  ];
}
