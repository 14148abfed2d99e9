import type { Boundary } from "../boundary.ts";
import { designated } from "./guarantees.ts";
import { nodeReach } from "./reach.ts";

/** The host: which nodes are a tenant's, so that its pods land there and nobody else's do. */
export const nodes: Boundary = {
  name: "nodes",
  uses: [
    {
      per: "node",
      file: "nodes/node.yaml",
      when: ({ tenant }) => tenant.nodes.mode !== "Shared",
      form: () => "amendment",
      values: ({ tenant, node }) => ({ tenant: tenant.name, node }),
    },
  ],
  guarantees: [designated],
  reach: { "/Node": nodeReach },
};
