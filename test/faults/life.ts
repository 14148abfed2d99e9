import { expect } from "vitest";
import { inProcess } from "../commands/in-process.ts";
import type { CommandResult } from "../cluster/kubectl.ts";

/** The verbs whose requests meet faults. */
export const verbs = ["create", "diff", "delete"] as const;
export type Verb = (typeof verbs)[number];

/** The words of a run of the verb for one tenant with shared nodes, owned by the group of its name. */
export function wordsOf(verb: Verb, tenant: string, kubeconfig: string): string[] {
  const spec = ["--owner-group", `${tenant}-owners`, "--nodes", "Shared"];
  const own = verb === "delete" ? ["--ignore-not-found"] : spec;
  const consent = verb === "diff" ? [] : ["--yes"];
  return [verb, tenant, ...own, ...consent, "--kubeconfig", kubeconfig];
}

/** Runs the verb and expects that all went well. */
export async function succeed(verb: Verb, tenant: string, kubeconfig: string): Promise<CommandResult> {
  const result = await inProcess(...wordsOf(verb, tenant, kubeconfig));
  expect(result.code, `${verb} ${tenant}\n${result.stderr}`).toBe(0);
  return result;
}

/** Works on all items, so many at a time. */
export async function inLanes<T>(
  lanes: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** `count` numbers below `below`, evenly spread. */
export function spread(count: number, below: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.floor((index * below) / count));
}
