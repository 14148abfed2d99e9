import { describeWriter } from "../../boundaries/access/wall-writers.ts";
import type { Examination } from "./diagnosis.ts";

/** Who beyond the operators may write the walls: no guard can protect the guards, only RBAC can. */
export const writersOfWalls: Examination = ({ wallWriters }) => {
  const topic = "wall-writers";
  if (wallWriters === "unknown")
    return [{ topic, health: "unknown", message: "the ClusterRoleBindings may not be read", evidence: [] }];
  if (wallWriters.length === 0)
    return [{ topic, health: "good", message: "nobody but the operators may write the walls", evidence: [] }];
  return [
    {
      topic,
      health: wallWriters.some(({ everyone }) => everyone) ? "bad" : "warning",
      message: `${wallWriters.length} beside the operators may write the walls of tenants`,
      evidence: wallWriters.map(describeWriter),
      remedy: "Take away what they do not need; whoever remains has to be trusted as an operator is.",
    },
  ];
};
