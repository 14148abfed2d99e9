import type { Json, JsonMap, KubernetesObject } from "../manifests/object.ts";
import type { AttackRequest, AttackScope } from "./attack.ts";
import { poolSelector } from "./namespace/parameters.ts";

/** What every attack calls what it would create; a dry-run stores nothing. */
const NAME = "mtenant-attack";

/** The request to create an object in the tenant's namespace, or wherever its metadata says. */
export function creating(object: KubernetesObject): AttackRequest {
  return { verb: "create", object };
}

/** An object in the tenant's own namespace. */
export function ownObject(
  { namespace }: AttackScope,
  apiVersion: string,
  kind: string,
  fields: JsonMap = {},
): KubernetesObject {
  const { metadata, ...rest } = fields as JsonMap & { readonly metadata?: JsonMap };
  return { apiVersion, kind, metadata: { name: NAME, namespace: namespace.name, ...metadata }, ...rest };
}

/** What Pod Security `restricted` asks of every container. */
export const restrictedContainer: JsonMap = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
};

/** A pod that every wall of the tenant lets through, with some fields of its spec and of its container changed. */
export function harmlessPod(
  scope: AttackScope,
  spec: JsonMap = {},
  container: JsonMap = {},
): KubernetesObject {
  return ownObject(scope, "v1", "Pod", {
    spec: {
      ...placement(scope),
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "main",
          image: allowedImage(scope),
          imagePullPolicy: "Always",
          securityContext: restrictedContainer,
          ...container,
        },
      ],
      ...spec,
    },
  });
}

/** Where the tenant's pods belong: the first pool of its nodes, and its runtime class. */
function placement({ tenant }: AttackScope): JsonMap {
  const [pool] = tenant.nodes.mode === "Shared" ? [] : tenant.nodes.pools;
  const { runtimeClassName } = tenant.pods;
  return {
    ...(pool === undefined ? {} : { nodeSelector: { ...poolSelector(tenant.name, pool) } }),
    ...(runtimeClassName === undefined ? {} : { runtimeClassName }),
  };
}

/** An image of the first registry that the tenant may use, in any repository. */
export function allowedImage({ tenant }: AttackScope): string {
  const [registry] = tenant.allowed.imageRegistries;
  if (registry === undefined) return "registry.k8s.io/pause";
  return registry.endsWith("/") ? `${registry}app` : `${registry}/app`;
}

/** A claim that the tenant may make, with some fields of its spec changed. */
export function harmlessClaim(
  scope: AttackScope,
  spec: JsonMap = {},
  metadata: JsonMap = {},
): KubernetesObject {
  return ownObject(scope, "v1", "PersistentVolumeClaim", {
    metadata,
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: scope.storageClassName ?? "",
      resources: { requests: { storage: "1Gi" } },
      ...spec,
    },
  });
}

/** A ConfigMap of the tenant's own. */
export function harmlessConfigMap(
  scope: AttackScope,
  metadata: JsonMap = {},
  data: Json = {},
): KubernetesObject {
  return ownObject(scope, "v1", "ConfigMap", { metadata, data });
}
