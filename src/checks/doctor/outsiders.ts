import { outsidersAmong } from "../../boundaries/guards/outsiders.ts";
import { TENANT_NODES_LABEL } from "../../manifests/names.ts";
import type { Examination } from "./diagnosis.ts";

/** Who but tenants may run on the nodes of tenants: those that the operator lets in, and those that the guards would keep out. */
export const outsiders: Examination = ({ pods, namespaces }) => {
  const topic = "outsiders";
  if (pods === "unknown" || namespaces === "unknown")
    return [{ topic, health: "unknown", message: "pods and namespaces may not be read", evidence: [] }];
  const letIn = namespaces
    .filter(({ metadata }) => metadata.labels?.[TENANT_NODES_LABEL] === "Allow")
    .map(({ metadata }) => `namespace ${metadata.name}: let onto tenants' nodes by its label`);
  const found = outsidersAmong(pods, namespaces);
  if (found.length === 0)
    return [
      {
        topic,
        health: "good",
        message: "the guards keep no pod of the cluster's add-ons out",
        evidence: letIn,
      },
    ];
  return [
    {
      topic,
      health: "warning",
      message: `pods in ${found.length} namespaces of no tenant tolerate every taint; the guards would refuse them when they are made anew`,
      evidence: [
        ...found.map(({ namespace, makers }) => `namespace ${namespace}: ${makers.join(", ")}`),
        ...letIn,
      ],
      remedy: `Take the toleration away, or let trusted add-ons in: kubectl label namespace NAME ${TENANT_NODES_LABEL}=Allow.`,
    },
  ];
};
