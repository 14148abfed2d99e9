import type { Manifest } from "../../manifests/manifest.ts";
import {
  MANAGED_BY,
  MANAGED_BY_LABEL,
  NO_TENANT,
  PROBE_ANNOTATION,
  SYSTEM_NAMESPACE,
  TENANT_KEY,
} from "../../manifests/names.ts";
import type { JsonMap, KubernetesObject } from "../../manifests/object.ts";
import { probeValidationOf } from "./policy.ts";

/** A question to one guard: create `object` as a dry-run, until the guard refuses it with exactly the words of `answer`. */
export interface GuardProbe {
  readonly policy: string;
  /** Harmless, and refused by this guard only. Its namespace, if it has one, is the system namespace. */
  readonly object: KubernetesObject;
  /** `GuardDenial.message` of the guard in the generation of the manifests; an older generation has another one. */
  readonly answer: string;
}

/**
 * The probes of all guards in the cluster's set. They work before the first tenant exists, because the system namespace
 * carries the tenant label with the value `NO_TENANT`. The operator is not exempt from probes.
 */
export function guardProbes(manifests: readonly Manifest[]): GuardProbe[] {
  return manifests.flatMap(({ object }) => {
    const answer = probeValidationOf(object)?.message;
    const body = bodies[object.metadata.name];
    if (answer === undefined || body === undefined) return [];
    return [{ policy: object.metadata.name, object: probeObject(object.metadata.name, body), answer }];
  });
}

interface Body {
  readonly apiVersion: string;
  readonly kind: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly fields?: JsonMap;
}

function probeObject(policy: string, { apiVersion, kind, labels, fields }: Body): KubernetesObject {
  const metadata = {
    name: "mtenant-probe",
    ...(kind === "Namespace" || kind === "Node" ? {} : { namespace: SYSTEM_NAMESPACE }),
    ...(labels === undefined ? {} : { labels }),
    annotations: { [PROBE_ANNOTATION]: policy },
  };
  return { apiVersion, kind, metadata, ...fields };
}

/** A pod that every other admission plugin lets through. */
const pod: JsonMap = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  automountServiceAccountToken: false,
  containers: [
    {
      name: "probe",
      image: "mtenant-probe",
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    },
  ],
};

const labels = { app: "mtenant-probe" };
const daemonSet: JsonMap = {
  selector: { matchLabels: labels },
  template: { metadata: { labels }, spec: pod },
};

const claim: JsonMap = {
  accessModes: ["ReadWriteOnce"],
  storageClassName: "mtenant-probe",
  resources: { requests: { storage: "1Gi" } },
};

const target: JsonMap = { apiVersion: "apps/v1", kind: "Deployment", name: "mtenant-probe" };

const bodies: Readonly<Record<string, Body>> = {
  "mtenant-managed": { apiVersion: "v1", kind: "ConfigMap", labels: { [MANAGED_BY_LABEL]: MANAGED_BY } },
  "mtenant-namespaces": { apiVersion: "v1", kind: "Namespace", labels: { [TENANT_KEY]: NO_TENANT } },
  "mtenant-objects": { apiVersion: "v1", kind: "ConfigMap" },
  "mtenant-pods": { apiVersion: "v1", kind: "Pod", fields: { spec: pod } },
  "mtenant-outsiders": { apiVersion: "v1", kind: "Pod", fields: { spec: pod } },
  "mtenant-daemonsets": { apiVersion: "apps/v1", kind: "DaemonSet", fields: { spec: daemonSet } },
  "mtenant-nodes": { apiVersion: "v1", kind: "Node" },
  "mtenant-services": { apiVersion: "v1", kind: "Service", fields: { spec: { ports: [{ port: 80 }] } } },
  "mtenant-secrets": { apiVersion: "v1", kind: "Secret" },
  "mtenant-serviceaccounts": { apiVersion: "v1", kind: "ServiceAccount" },
  "mtenant-volumes": { apiVersion: "v1", kind: "PersistentVolumeClaim", fields: { spec: claim } },
  "mtenant-autoscalers": {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    fields: { spec: { maxReplicas: 1, scaleTargetRef: target } },
  },
  "mtenant-disruption": {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    fields: { spec: { maxUnavailable: 1, selector: { matchLabels: { app: "mtenant-probe" } } } },
  },
};
