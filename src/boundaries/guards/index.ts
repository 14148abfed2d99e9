import { cloudIdentityDomains } from "../../manifests/names.ts";
import type { Boundary, TemplateUse, Values } from "../boundary.ts";
import {
  celList,
  daemonSetControllers,
  jobControllers,
  kubernetesIdentities,
  systemNamespaces,
  volumeBinders,
  workloadControllers,
} from "./exempt.ts";
import { UNSTAMPED } from "./generation.ts";
import { guardsAreOurs, onlyGuards, systemIsGuarded } from "./guarantees.ts";
import { bindingReach, policyReach } from "./reach.ts";

const files = [
  "managed",
  "namespaces",
  "objects",
  "pods",
  "services",
  "secrets",
  "serviceaccounts",
  "volumes",
  "autoscalers",
  "disruption",
  "outsiders",
  "daemonsets",
  "nodes",
];

/**
 * What RBAC cannot say, held by admission policies of the whole cluster. They read a tenant's parameters from its
 * namespace, so their number does not grow with tenants.
 */
export const guards: Boundary = {
  name: "guards",
  uses: files.map(guard),
  guarantees: [guardsAreOurs, onlyGuards, systemIsGuarded],
  reach: {
    "admissionregistration.k8s.io/ValidatingAdmissionPolicy": policyReach,
    "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding": bindingReach,
  },
};

function guard(file: string): TemplateUse {
  return { per: "cluster", file: `guards/${file}.yaml`, values: guardValues };
}

function guardValues(): Values {
  return {
    generation: UNSTAMPED,
    kubernetesIdentities: celList(kubernetesIdentities),
    volumeBinders: celList(volumeBinders),
    daemonSetControllers: celList(daemonSetControllers),
    jobControllers: celList(jobControllers),
    workloadControllers: celList(workloadControllers),
    systemNamespaces,
    cloudIdentities: celList(Object.values(cloudIdentityDomains).map((domain) => `${domain}/`)),
  };
}
