import { strangersAmong, type Designation, type Visitor } from "../../boundaries/nodes/objections.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Finding } from "./finding.ts";

/** Who runs on the nodes that are a tenant's alone. */
export interface Visited extends Pick<Designation, "tenant" | "tenantOf" | "letIn"> {
  /** The tenant's nodes by name, each with all pods that run there. */
  readonly nodes: ReadonlyMap<string, readonly Visitor[]>;
}

/** Is a tenant alone on its nodes? Who is there for the cluster has to be trusted, so they are named. */
export function checkVisitors(visited: Visited): readonly Finding[] {
  return [...visited.nodes].map(([node, visitors]): Finding => {
    const strangers = strangersAmong(visitors, visited);
    const trusted = visitors.filter(
      (each) => !strangers.includes(each) && visited.tenantOf.get(each.namespace) !== visited.tenant,
    );
    return {
      id: "node-visitors",
      boundary: "nodes",
      title: `on Node ${node} run only the tenant's pods and what the cluster has on every node`,
      verdict: strangers.length > 0 ? "breach" : "pass",
      message: messageOf(strangers, trusted),
      evidence: [],
    };
  });
}

/** The nodes that a pool selects and that are refused, as long as the tenant does not have them. */
export function checkRefused(plan: Plan): readonly Finding[] {
  const changes = plan.waves.flatMap((wave) => wave.changes);
  return changes.flatMap(({ action, id, manifest, isolated, refusal = "" }): Finding[] =>
    action !== "refuse" || manifest !== undefined || isolated === true || id.kind !== "Node"
      ? []
      : [
          {
            id: "pool-node",
            boundary: "nodes",
            title: `Node ${id.name} is the tenant's alone`,
            verdict: "breach",
            message: refusal,
            evidence: [],
          },
        ],
  );
}

function messageOf(strangers: readonly Visitor[], trusted: readonly Visitor[]): string {
  if (strangers.length > 0) return `so do these: ${named(strangers)}`;
  return trusted.length === 0
    ? "nobody else does"
    : `of the cluster do these, and have to be trusted: ${named(trusted)}`;
}

const NAMED = 20;

function named(pods: readonly Visitor[]): string {
  const names = pods.slice(0, NAMED).map(({ namespace, name }) => `${namespace}/${name}`);
  const more = pods.length > NAMED ? ` and ${pods.length - NAMED} more` : "";
  return `${names.sort().join(", ")}${more}`;
}
