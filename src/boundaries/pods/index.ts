import type { Boundary } from "../boundary.ts";
import { defaultsReach } from "../guards/reach.ts";
import { defaultsAreOurs, onlyDefaults } from "./guarantees.ts";

/**
 * Defaults before demands: what a pod of a tenant leaves out is filled in, where the server can do that (1.36 and
 * later). What a pod may not say is refused by the guard `mtenant-pods`, on every server.
 */
export const pods: Boundary = {
  name: "pods",
  uses: [
    {
      per: "cluster",
      file: "pods/defaults.yaml",
      when: ({ facts }) => facts.mutatingAdmissionPolicies,
      values: () => ({}),
    },
  ],
  guarantees: [defaultsAreOurs, onlyDefaults],
  reach: {
    "admissionregistration.k8s.io/MutatingAdmissionPolicy": defaultsReach,
    "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding": defaultsReach,
  },
};
