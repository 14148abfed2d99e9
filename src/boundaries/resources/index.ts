import type { Boundary } from "../boundary.ts";
import { resourcesGuarantees } from "./guarantees.ts";
import { hardOf } from "./hard.ts";
import { limitsOf } from "./limits.ts";
import { foreignPriorityClasses } from "./priority.ts";
import { limitRangeReach, quotaReach } from "./reach.ts";

/** How much of the cluster a tenant can take. */
export const resources: Boundary = {
  name: "resources",
  uses: [
    {
      per: "namespace",
      file: "resources/quota.yaml",
      values: ({ namespace }) => ({ namespace: namespace.name, hard: hardOf(namespace) }),
    },
    {
      per: "namespace",
      file: "resources/quota-affinity.yaml",
      values: ({ namespace }) => ({ namespace: namespace.name }),
    },
    {
      per: "namespace",
      file: "resources/quota-priority.yaml",
      when: ({ tenant, facts }) => foreignPriorityClasses(tenant, facts).length > 0,
      values: ({ namespace, tenant, facts }) => ({
        namespace: namespace.name,
        foreignPriorityClasses: foreignPriorityClasses(tenant, facts),
      }),
    },
    {
      per: "namespace",
      file: "resources/limit-range.yaml",
      values: ({ namespace }) => ({ namespace: namespace.name, limits: limitsOf(namespace) }),
    },
  ],
  guarantees: resourcesGuarantees,
  reach: { "/ResourceQuota": quotaReach, "/LimitRange": limitRangeReach },
};
