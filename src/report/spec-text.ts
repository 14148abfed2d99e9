import type { FieldChange } from "../plan/plan.ts";
import { fieldLine } from "./plan-text.ts";
import type { Style } from "./style.ts";

/** What changes in a tenant's spec, in front of what that means for its objects; empty when nothing does. */
export function specChangesAsText(tenant: string, changes: readonly FieldChange[], style: Style): string {
  if (changes.length === 0) return "";
  const lines = changes.map((change) => fieldLine(change, style));
  return [style.strong(`spec of tenant ${tenant}`), ...lines, ""].join("\n");
}
