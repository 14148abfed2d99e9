import type { KubernetesObject } from "./object.ts";

/** Who made an object and goes on to manage it (kubernetes: apimachinery/pkg/apis/meta/v1/types.go, OwnerReference). */
export interface Controller {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** The controller of a Pod; undefined when nothing but a person made it. */
export function controllerOf({ metadata }: KubernetesObject): Controller | undefined {
  const { ownerReferences = [] } = metadata as {
    readonly ownerReferences?: readonly (Controller & { readonly controller?: boolean })[];
  };
  return ownerReferences.find(({ controller }) => controller === true);
}

/**
 * Does the Pod belong to its node, whosever that is: of a DaemonSet of Kubernetes' own API, or static? A mirror pod
 * carries the annotation and belongs to its Node (kubernetes: pkg/kubelet/pod/mirror_client.go); one without the other
 * may be anybody's. The guard `mtenant-outsiders` judges in the same way.
 */
export function isOfItsNode(pod: KubernetesObject): boolean {
  const controller = controllerOf(pod);
  if (controller?.kind === "DaemonSet") return controller.apiVersion.startsWith("apps/");
  return controller?.kind === "Node" && "kubernetes.io/config.mirror" in (pod.metadata.annotations ?? {});
}
