import type { Comments } from "./comments.ts";
import type { KubernetesObject } from "./object.ts";

/** Who a manifest belongs to: one tenant, or the cluster for what all tenants share. Each owner has one record. */
export type Owner = { readonly kind: "tenant"; readonly name: string } | { readonly kind: "cluster" };

/** The walls, in the order in which they are rendered. A boundary has the same name in src, templates and test. */
export const boundaryNames = [
  "guards",
  "pods",
  "namespace",
  "resources",
  "network",
  "access",
  "nodes",
] as const;
export type BoundaryName = (typeof boundaryNames)[number];

/**
 * One Kubernetes object of one owner, and where it comes from.
 * `object`: created and deleted by mtenant. `amendment`: our fields on an object that is not ours (a Node, the
 * `default` ServiceAccount, an adopted Namespace), which is amended and released but never created or deleted.
 */
export interface Manifest {
  readonly owner: Owner;
  readonly form: "object" | "amendment";
  readonly boundary: BoundaryName;
  /** The file below the templates folder: `network/default-deny.yaml`. */
  readonly template: string;
  readonly object: KubernetesObject;
  /** The template's comments, by path in the object, for what is committed. */
  readonly comments: Comments;
}

/** The owner as one text: `tenant payments`, `cluster`. */
export function describeOwner(owner: Owner): string {
  return owner.kind === "cluster" ? "cluster" : `tenant ${owner.name}`;
}
