import type { Manifest } from "../../manifests/manifest.ts";
import type { Json } from "../../manifests/object.ts";

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/**
 * The kubectl commands that designate the nodes of a rendered set, for tenants that a GitOps tool applies: such a tool
 * would take the whole Node for its own. A node that is another tenant's already makes the command fail.
 */
export function nodeCommands(manifests: readonly Manifest[]): string[] {
  return manifests
    .filter(({ object }) => object.apiVersion === "v1" && object.kind === "Node")
    .flatMap(({ object }) => {
      const { name, labels = {} } = object.metadata;
      const { taints = [] } = object["spec"] as { taints?: readonly Taint[] } & { [key: string]: Json };
      return [
        `kubectl label node ${name} ${Object.entries(labels)
          .map(([key, value]) => `${key}=${value}`)
          .join(" ")}`,
        `kubectl taint node ${name} ${taints.map(({ key, value = "", effect }) => `${key}=${value}:${effect}`).join(" ")}`,
      ];
    });
}
