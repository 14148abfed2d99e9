import { SYSTEM_NAMESPACE } from "../../manifests/names.ts";
import type { Boundary, NamespaceScope, Values } from "../boundary.ts";
import { namespaceGuarantees } from "./guarantees.ts";
import { guardParameters } from "./parameters.ts";
import { enforcedLevel, enforcementOf } from "./enforcement.ts";
import { POD_SECURITY_VERSION } from "./pod-security.ts";
import { namespaceReach } from "./reach.ts";

/** The outer wall: whose a namespace is, which pods it admits, and what the guards allow in it. */
export const namespace: Boundary = {
  name: "namespace",
  uses: [
    {
      per: "cluster",
      file: "namespace/system.yaml",
      values: () => ({ systemNamespace: SYSTEM_NAMESPACE, podSecurityVersion: POD_SECURITY_VERSION }),
    },
    {
      per: "namespace",
      file: "namespace/namespace.yaml",
      form: (scope) => (scope.namespace.existing ? "amendment" : "object"),
      labels: (scope) => scope.namespace.labels,
      values: namespaceValues,
    },
  ],
  guarantees: namespaceGuarantees,
  reach: { "/Namespace": namespaceReach },
};

function namespaceValues({ tenant, facts, namespace: own }: NamespaceScope): Values {
  const parameters = guardParameters(tenant, own, facts);
  return {
    tenant: tenant.name,
    namespace: own.name,
    enforcement: enforcementOf(own),
    warnUntil: own.enforcement?.until ?? "",
    podSecurity: own.podSecurity,
    enforcedPodSecurity: enforcedLevel(own, "enforce"),
    podSecurityVersion: POD_SECURITY_VERSION,
    nodeSelector: parameters.nodeSelector,
    tolerations: parameters.tolerations,
    imageRegistries: parameters.imageRegistries,
    runtimeClass: parameters.runtimeClassName,
    priorityClasses: parameters.priorityClassNames,
    csiDrivers: parameters.csiDrivers,
    storageClasses: parameters.storageClassNames,
    tokenAudiences: parameters.tokenAudiences,
    imagePullPolicy: parameters.imagePullPolicy,
    extendedResources: parameters.extendedResources,
  };
}
