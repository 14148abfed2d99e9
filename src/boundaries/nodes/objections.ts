import { TENANT_NODES_LABEL } from "../../manifests/names.ts";
import { isReady } from "../../manifests/node.ts";
import type { KubernetesObject } from "../../manifests/object.ts";
import { isOfItsNode } from "../../manifests/pod.ts";

/** A pod that runs on a node, as little of it as decides whether it may stay when the node becomes a tenant's. */
export interface Visitor {
  readonly node: string;
  readonly namespace: string;
  readonly name: string;
  /** Of a DaemonSet, or a static pod of the node itself: they belong to the node, not to whom it is designated. */
  readonly isOfTheNode: boolean;
}

/** Whose the node is to become. */
export interface Designation {
  readonly tenant: string;
  /** The tenant of each namespace that is a tenant's. */
  readonly tenantOf: ReadonlyMap<string, string>;
  /** The namespaces whose pods an operator lets onto the nodes of tenants. */
  readonly letIn: ReadonlySet<string>;
  /** Which other tenants have it by their specs, a sentence each. */
  readonly claims: readonly string[];
  /** Is the node the tenant's already? Then what is wrong is told, and the wall is put back all the same. */
  readonly isHeld: boolean;
}

/** What speaks against designating a node: `refusal` says why it must not be, `notes` what a person should know. */
export interface NodeObjection {
  readonly refusal?: string;
  readonly notes: readonly string[];
}

const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";
const SHOWN = 3;

interface PodFields {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}

/** The pod as a visitor of its node; nothing when it has none, or has ended. */
export function visitorOf(pod: KubernetesObject): readonly Visitor[] {
  const { spec, status } = pod as PodFields;
  if (spec?.nodeName === undefined || status?.phase === "Succeeded" || status?.phase === "Failed") return [];
  const { namespace = "", name } = pod.metadata;
  return [{ node: spec.nodeName, namespace, name, isOfTheNode: isOfItsNode(pod) }];
}

/** The pods that have no business on a node of the tenant. */
export function strangersAmong(
  visitors: readonly Visitor[],
  { tenant, tenantOf, letIn }: Pick<Designation, "tenant" | "tenantOf" | "letIn">,
): readonly Visitor[] {
  return visitors.filter(({ namespace, isOfTheNode: stays }) => {
    const owner = tenantOf.get(namespace);
    return owner === undefined ? !stays && !letIn.has(namespace) : owner !== tenant;
  });
}

/**
 * Judges a node that is to be a tenant's alone. The taint keeps new pods away and drives none out, so pods of others
 * would go on beside the tenant's. In the namespaces of other tenants even a DaemonSet's are: nobody else made them.
 */
export function objectionTo(
  node: KubernetesObject,
  visitors: readonly Visitor[],
  { claims, isHeld, ...home }: Designation,
): NodeObjection {
  const strangers = strangersAmong(visitors, home);
  const found = strangers.length === 0 ? [] : [occupied(node.metadata.name, strangers)];
  if (isHeld) return { notes: [...found, ...conditionNotes(node)] };
  const reasons = [
    ...(CONTROL_PLANE in (node.metadata.labels ?? {}) ? [controlPlane] : []),
    ...claims,
    ...found,
  ];
  const refusal = reasons.length === 0 ? {} : { refusal: reasons.join("; ") };
  return { ...refusal, notes: conditionNotes(node) };
}

/** Judges a node that is to be open to all again. The pods of the tenant would go on there, beside those of others. */
export function objectionToRelease(node: KubernetesObject, own: readonly Visitor[]): NodeObjection {
  if (own.length === 0) return { notes: [] };
  const { name } = node.metadata;
  const count = own.length === 1 ? "1 pod of the tenant runs" : `${own.length} pods of the tenant run`;
  const refusal = `${count} on it (${named(own)}), and would stay there beside those of others: it is the tenant's until they are gone. Drain it, as with kubectl drain ${name} --ignore-daemonsets, then run the command again`;
  return { refusal, notes: [] };
}

const controlPlane = `it runs the cluster's own control plane (label ${CONTROL_PLANE}): choose another node`;

function occupied(node: string, strangers: readonly Visitor[]): string {
  const count = strangers.length === 1 ? "1 pod of others runs" : `${strangers.length} pods of others run`;
  return `${count} on it (${named(strangers)}), and a taint does not drive them out: drain it first, as with kubectl drain ${node} --ignore-daemonsets; the namespace of an add-on that belongs on every node gets the label ${TENANT_NODES_LABEL}=Allow`;
}

function named(pods: readonly Visitor[]): string {
  const shown = pods.slice(0, SHOWN).map(({ namespace, name }) => `${namespace}/${name}`);
  const more = pods.length > SHOWN ? ` and ${pods.length - SHOWN} more` : "";
  return `${shown.join(", ")}${more}`;
}

function conditionNotes(node: KubernetesObject): readonly string[] {
  const { unschedulable } = (node["spec"] ?? {}) as { readonly unschedulable?: boolean };
  const { name } = node.metadata;
  return [
    ...(unschedulable === true
      ? [`it is cordoned: no pod starts there before kubectl uncordon ${name}`]
      : []),
    ...(isReady(node) ? [] : ["it is not Ready: no pod starts there before its kubelet runs"]),
  ];
}
