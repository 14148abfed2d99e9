/** A built-in kind as it is served: what a URL is built from, and whether its objects live in a namespace. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** `group/version` → lines of `Kind plural`, namespaced kinds first (kubernetes: api/openapi-spec/swagger.json, 1.36). */
const served: readonly (readonly [groupVersion: string, namespaced: string, clusterScoped: string])[] = [
  [
    "/v1",
    "ConfigMap:configmaps Secret:secrets Service:services ServiceAccount:serviceaccounts Pod:pods Endpoints:endpoints " +
      "PersistentVolumeClaim:persistentvolumeclaims ReplicationController:replicationcontrollers Event:events " +
      "PodTemplate:podtemplates ResourceQuota:resourcequotas LimitRange:limitranges",
    "Namespace:namespaces Node:nodes PersistentVolume:persistentvolumes",
  ],
  [
    "apps/v1",
    "Deployment:deployments StatefulSet:statefulsets DaemonSet:daemonsets ReplicaSet:replicasets ControllerRevision:controllerrevisions",
    "",
  ],
  ["batch/v1", "Job:jobs CronJob:cronjobs", ""],
  ["autoscaling/v2", "HorizontalPodAutoscaler:horizontalpodautoscalers", ""],
  ["policy/v1", "PodDisruptionBudget:poddisruptionbudgets", ""],
  ["networking.k8s.io/v1", "NetworkPolicy:networkpolicies Ingress:ingresses", "IngressClass:ingressclasses"],
  ["discovery.k8s.io/v1", "EndpointSlice:endpointslices", ""],
  ["coordination.k8s.io/v1", "Lease:leases", ""],
  ["events.k8s.io/v1", "Event:events", ""],
  [
    "rbac.authorization.k8s.io/v1",
    "Role:roles RoleBinding:rolebindings",
    "ClusterRole:clusterroles ClusterRoleBinding:clusterrolebindings",
  ],
  [
    "admissionregistration.k8s.io/v1",
    "",
    "ValidatingAdmissionPolicy:validatingadmissionpolicies ValidatingAdmissionPolicyBinding:validatingadmissionpolicybindings " +
      "MutatingAdmissionPolicy:mutatingadmissionpolicies MutatingAdmissionPolicyBinding:mutatingadmissionpolicybindings " +
      "ValidatingWebhookConfiguration:validatingwebhookconfigurations MutatingWebhookConfiguration:mutatingwebhookconfigurations",
  ],
  ["node.k8s.io/v1", "", "RuntimeClass:runtimeclasses"],
  ["scheduling.k8s.io/v1", "", "PriorityClass:priorityclasses"],
  [
    "storage.k8s.io/v1",
    "CSIStorageCapacity:csistoragecapacities",
    "StorageClass:storageclasses CSIDriver:csidrivers CSINode:csinodes VolumeAttachment:volumeattachments",
  ],
  ["certificates.k8s.io/v1", "", "CertificateSigningRequest:certificatesigningrequests"],
  [
    "flowcontrol.apiserver.k8s.io/v1",
    "",
    "FlowSchema:flowschemas PriorityLevelConfiguration:prioritylevelconfigurations",
  ],
];

const byGroupKind: ReadonlyMap<string, Kind> = new Map(
  served.flatMap(([groupVersion, namespaced, clusterScoped]) => [
    ...entries(groupVersion, namespaced, true),
    ...entries(groupVersion, clusterScoped, false),
  ]),
);

function entries(groupVersion: string, names: string, namespaced: boolean): [string, Kind][] {
  const [group = "", version = ""] = groupVersion.split("/");
  return names
    .split(" ")
    .filter((each) => each !== "")
    .map((each) => {
      const [kind = "", plural = ""] = each.split(":");
      return [`${group}/${kind}`, { group, version, kind, plural, namespaced }];
    });
}

/** The built-in kind of that name in that group (the core group is ""); `undefined` when mtenant does not know it. */
export function kindOf(id: { readonly group: string; readonly kind: string }): Kind | undefined {
  return byGroupKind.get(`${id.group}/${id.kind}`);
}

/** Every kind in the table. */
export function knownKinds(): readonly Kind[] {
  return [...byGroupKind.values()];
}
