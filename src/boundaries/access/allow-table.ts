import type { TenantRole } from "../../tenant/tenant.ts";

/** What the roles of a tenant may do with resources, as far as the ClusterRole that each is derived from grants it too. */
export interface AllowRow {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: Readonly<Record<TenantRole, readonly string[]>>;
  /** Why it is kept this far and no further; a sentence without its full stop. */
  readonly why: string;
}

const read = ["get", "list", "watch"];
const write = ["create", "update", "patch", "delete"];
const crud = [...read, ...write];

/** Owners and developers work with it, viewers look at it. */
const work = { Owner: crud, Developer: crud, Viewer: read };
/** Everybody looks at it. */
const look = { Owner: read, Developer: read, Viewer: read };
/** A subresource that only `get` exists on. */
const lookAt = { Owner: ["get"], Developer: ["get"], Viewer: ["get"] };
const onlyOwner = (verbs: readonly string[]) => ({ Owner: verbs, Developer: [], Viewer: [] });
const noViewer = (verbs: readonly string[]) => ({ Owner: verbs, Developer: verbs, Viewer: [] });
const scale = { Owner: ["get", "update", "patch"], Developer: ["get", "update", "patch"], Viewer: ["get"] };
const none = { Owner: [], Developer: [], Viewer: [] };

const batch =
  "own workload; its dangers lie in the pods that it makes, which the guards judge, and quota counts it";
const status = "only get exists on a status, and only controllers write one";
const legacy = "a legacy maker of pods that Deployments replaced";
const ingress = "an ingress can take over other people's host names; it needs a list of hosts first";
const connect = "own pods only; get and create open the same connection, so both or none";

/**
 * Everything that may pass from admin, edit and view into a tenant's Roles. What has no row here does not pass, and so
 * nothing that is aggregated into those ClusterRoles tomorrow. A row without verbs is there to say why.
 */
export const allowTable: readonly AllowRow[] = [
  {
    group: "",
    resources: ["pods"],
    verbs: work,
    why: "the workload itself; its dangers lie in the spec, which Pod Security, guards and quota judge",
  },
  { group: "", resources: ["pods/log"], verbs: lookAt, why: "only get exists on it" },
  { group: "", resources: ["pods/status"], verbs: lookAt, why: status },
  {
    group: "",
    resources: ["pods/eviction"],
    verbs: noViewer(["create"]),
    why: "evicts own pods as a disruption budget allows",
  },
  {
    group: "",
    resources: ["pods/exec", "pods/attach", "pods/portforward"],
    verbs: noViewer(["get", "create"]),
    why: connect,
  },
  { group: "", resources: ["configmaps"], verbs: work, why: "own configuration" },
  {
    group: "",
    resources: ["secrets"],
    verbs: noViewer(crud),
    why: "own secrets; a guard refuses those that mint tokens",
  },
  {
    group: "",
    resources: ["serviceaccounts"],
    verbs: work,
    why: "most published applications bring their own; never impersonated, and a guard watches what is attached to them",
  },
  {
    group: "",
    resources: ["services"],
    verbs: work,
    why: "guards and quota refuse node ports, load balancers, external names and addresses",
  },
  {
    group: "",
    resources: ["services/status", "persistentvolumeclaims/status", "replicationcontrollers/status"],
    verbs: lookAt,
    why: status,
  },
  {
    group: "",
    resources: ["persistentvolumeclaims"],
    verbs: work,
    why: "own storage; guards and quota judge class and size",
  },
  {
    group: "",
    resources: ["endpoints"],
    verbs: look,
    why: "writing them sends other people's traffic elsewhere (CVE-2021-25740)",
  },
  { group: "", resources: ["events"], verbs: look, why: "no quota counts events, and forged ones mislead" },
  {
    group: "events.k8s.io",
    resources: ["events"],
    verbs: look,
    why: "no quota counts events, and forged ones mislead",
  },
  { group: "", resources: ["replicationcontrollers"], verbs: look, why: legacy },
  { group: "", resources: ["replicationcontrollers/scale"], verbs: lookAt, why: legacy },
  {
    group: "",
    resources: ["bindings"],
    verbs: none,
    why: "only create exists on it, and that is never granted: a dead rule",
  },
  {
    group: "",
    resources: ["limitranges", "resourcequotas"],
    verbs: look,
    why: "a tenant sees its limits and does not set them",
  },
  { group: "", resources: ["resourcequotas/status"], verbs: lookAt, why: status },
  {
    group: "",
    resources: ["namespaces"],
    verbs: lookAt,
    why: "list and watch mean nothing in a Role, and writing would switch the walls off",
  },
  { group: "", resources: ["namespaces/status"], verbs: lookAt, why: status },
  {
    group: "",
    resources: ["pods/proxy", "services/proxy"],
    verbs: none,
    why: "traffic leaves from the API server's address and passes every NetworkPolicy",
  },
  {
    group: "",
    resources: ["serviceaccounts/token"],
    verbs: none,
    why: "mints long-lived tokens for audiences of one's choice",
  },
  { group: "apps", resources: ["deployments", "statefulsets", "replicasets"], verbs: work, why: batch },
  {
    group: "apps",
    resources: ["deployments/scale", "statefulsets/scale", "replicasets/scale"],
    verbs: scale,
    why: "a scale is read and set; it is neither created nor deleted",
  },
  {
    group: "apps",
    resources: ["deployments/status", "statefulsets/status", "replicasets/status", "daemonsets/status"],
    verbs: lookAt,
    why: status,
  },
  {
    group: "apps",
    resources: ["deployments/rollback"],
    verbs: none,
    why: "its API is gone since Kubernetes 1.16",
  },
  {
    group: "apps",
    resources: ["daemonsets"],
    verbs: look,
    why: "their controller tolerates more taints than a tenant may and tries a refused pod again on every node",
  },
  { group: "apps", resources: ["controllerrevisions"], verbs: look, why: "shows the history of a rollout" },
  {
    group: "autoscaling",
    resources: ["horizontalpodautoscalers"],
    verbs: work,
    why: "scales own workloads; a guard judges what it may scale",
  },
  { group: "autoscaling", resources: ["horizontalpodautoscalers/status"], verbs: lookAt, why: status },
  { group: "batch", resources: ["jobs", "cronjobs"], verbs: work, why: batch },
  { group: "batch", resources: ["jobs/status", "cronjobs/status"], verbs: lookAt, why: status },
  {
    group: "policy",
    resources: ["poddisruptionbudgets"],
    verbs: work,
    why: "own availability; quota counts them",
  },
  { group: "policy", resources: ["poddisruptionbudgets/status"], verbs: lookAt, why: status },
  {
    group: "networking.k8s.io",
    resources: ["networkpolicies"],
    verbs: look,
    why: "policies add up: one that allows everything undoes the default-deny",
  },
  { group: "networking.k8s.io", resources: ["ingresses"], verbs: look, why: ingress },
  { group: "networking.k8s.io", resources: ["ingresses/status"], verbs: lookAt, why: status },
  {
    group: "discovery.k8s.io",
    resources: ["endpointslices"],
    verbs: look,
    why: "shows where a Service leads",
  },
  {
    group: "coordination.k8s.io",
    resources: ["leases"],
    verbs: noViewer(crud),
    why: "leader election of own applications; quota counts them",
  },
  {
    group: "rbac.authorization.k8s.io",
    resources: ["roles", "rolebindings"],
    verbs: onlyOwner(read),
    why: "writing them shares the tenant's objects with others and outlives the tenant's people",
  },
  {
    group: "authorization.k8s.io",
    resources: ["localsubjectaccessreviews"],
    verbs: none,
    why: "asks what other users may do",
  },
  {
    group: "resource.k8s.io",
    resources: ["resourceclaims", "resourceclaimtemplates", "resourceclaims/status"],
    verbs: none,
    why: "devices are handed out by the platform's people",
  },
  {
    group: "scheduling.k8s.io",
    resources: ["workloads", "podgroups", "podgroups/status"],
    verbs: none,
    why: "gang scheduling can hold capacity that others wait for",
  },
  {
    group: "extensions",
    resources: [
      "daemonsets",
      "daemonsets/status",
      "deployments",
      "deployments/rollback",
      "deployments/scale",
      "deployments/status",
      "ingresses",
      "ingresses/status",
      "networkpolicies",
      "replicasets",
      "replicasets/scale",
      "replicasets/status",
      "replicationcontrollers/scale",
    ],
    verbs: none,
    why: "no longer served; an API installed under this name would inherit it",
  },
];
