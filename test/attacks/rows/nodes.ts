import { pathOf } from "../../../src/cluster/paths.ts";
import type { JsonMap } from "../../../src/manifests/object.ts";
import { type AttackRow, send, type Try } from "../row.ts";

const NODE = "own-1";
const kubelet = { user: `system:node:${NODE}`, groups: ["system:nodes", "system:authenticated"] };

/** The kubelet of the node patches its own Node: the one thing here for which nobody of a tenant has a token. */
const asKubelet =
  (body: JsonMap): Try =>
  ({ admin }) =>
    send(
      { user: "admin", cluster: admin, kubeconfig: "" },
      {
        method: "PATCH",
        path: pathOf({ group: "", kind: "Node", namespace: "", name: NODE }),
        query: { dryRun: "All" },
        contentType: "application/merge-patch+json",
        body,
        impersonate: kubelet,
      },
    );

/** What a node that was broken into does to attract others' pods. */
export const nodeRows: readonly AttackRow[] = [
  {
    id: "S11-kubelet-label",
    title: "breaks into its node and labels it as a neighbour's",
    roles: ["Owner"],
    applies: ({ arm }) => arm !== "default",
    stoppedBy: ["ValidatingAdmissionPolicy mtenant-nodes"],
    says: () => "mtenant.dev/tenant",
    attack: asKubelet({ metadata: { labels: { "mtenant.dev/tenant": "victim" } } }),
    twin: asKubelet({ metadata: { labels: { "example.com/rack": "1" } } }),
  },
];
