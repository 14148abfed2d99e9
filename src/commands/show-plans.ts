import type { Io } from "../io.ts";
import type { Plan } from "../plan/plan.ts";
import { plansAsText } from "../report/plans-text.ts";
import type { Style } from "../report/style.ts";

/**
 * Shows what will be done: on stdout, or on stderr when stdout is for the results as JSON. `lead` goes before the plans.
 */
export async function showPlans(
  plans: readonly Plan[],
  flags: { readonly output: "text" | "json"; readonly verbose: boolean },
  io: Io,
  lead: (style: Style) => string = () => "",
): Promise<void> {
  io.idle();
  const { verbose } = flags;
  const text = (style: Style): string => `${lead(style)}${plansAsText(plans, { style, verbose })}`;
  if (flags.output === "text") return io.out(text(io.style));
  io.note(text(io.noteStyle).trimEnd());
}
