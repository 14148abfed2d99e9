import type { Cluster } from "../cluster/cluster.ts";
import type { Io } from "../io.ts";
import type { Plan } from "../plan/plan.ts";
import { escapeLine } from "../report/escape.ts";
import { plansAsText } from "../report/plans-text.ts";
import type { Style } from "../report/style.ts";

/** How and where plans are shown. `lead` goes before the plans. */
export interface Showing {
  readonly flags: { readonly output: "text" | "json"; readonly verbose: boolean };
  readonly io: Io;
  readonly lead?: (style: Style) => string;
}

/**
 * Shows what will be done, and on which cluster: on stdout, or on stderr when stdout is for the results as JSON.
 */
export async function showPlans(
  plans: readonly Plan[],
  { context, server }: Pick<Cluster, "context" | "server">,
  { flags: { output, verbose }, io, lead = () => "" }: Showing,
): Promise<void> {
  io.idle();
  const where = escapeLine(`on ${context} (${server})`);
  const text = (style: Style): string =>
    `${style.faint(where)}\n${lead(style)}${plansAsText(plans, { style, verbose })}`;
  if (output === "text") return io.out(text(io.style));
  io.note(text(io.noteStyle).trimEnd());
}
