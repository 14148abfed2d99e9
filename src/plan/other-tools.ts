import { TENANT_KEY } from "../manifests/names.ts";
import type { Owner } from "../manifests/manifest.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import { valueAt } from "./json-values.ts";

/** How other tools mark what is theirs, each by the label or annotation that it sets itself. */
const marks: readonly (readonly [place: "labels" | "annotations", key: string, tool: string])[] = [
  ["annotations", "meta.helm.sh/release-name", "Helm release"],
  ["labels", "helm.toolkit.fluxcd.io/name", "Flux HelmRelease"],
  ["labels", "kustomize.toolkit.fluxcd.io/name", "Flux Kustomization"],
  ["annotations", "argocd.argoproj.io/tracking-id", "Argo CD application"],
  ["labels", "argocd.argoproj.io/instance", "Argo CD application"],
  ["labels", "kapp.k14s.io/app", "kapp app"],
  ["labels", "applyset.kubernetes.io/part-of", "kubectl apply set"],
];

/** The tool that the object belongs to by its own marks: `Helm release "web"`; undefined when there is none. */
export function otherTool(live: KubernetesObject): string | undefined {
  for (const [place, key, tool] of marks) {
    const value = valueAt(live.metadata[place], key);
    if (typeof value === "string") return `${tool} ${JSON.stringify(value)}`;
  }
  return valueAt(live.metadata.labels, "app.kubernetes.io/managed-by") === "Helm" ? "Helm" : undefined;
}

/** The tenant that the object's label names, when that is not the owner. */
export function otherTenant(live: KubernetesObject, owner: Owner): string | undefined {
  const name = valueAt(live.metadata.labels, TENANT_KEY);
  if (typeof name !== "string" || name === "") return undefined;
  return owner.kind === "tenant" && owner.name === name ? undefined : name;
}
