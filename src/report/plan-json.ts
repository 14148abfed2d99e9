import type { Change, FieldChange, Plan } from "../plan/plan.ts";
import { documentOfKind } from "./document.ts";
import { changesOf } from "./plan-text.ts";
import { countChanges } from "./summary.ts";

/** The plans as data, for scripts: `kind: Plan` with one entry per owner and one per change; what changes in the specs, by tenant, where a spec is what is planned for. */
export function plansAsJson(
  plans: readonly Plan[],
  target: { context: string; server: string },
  specChanges?: ReadonlyMap<string, readonly FieldChange[]>,
): object {
  return documentOfKind("Plan", {
    context: target.context,
    server: target.server,
    summary: countChanges(plans),
    owners: plans.map((plan) => ({
      owner: plan.owner,
      ...(plan.owner.kind === "tenant" &&
        specChanges !== undefined && { specChanges: specChanges.get(plan.owner.name) ?? [] }),
      changes: changesOf(plan).map(changeAsJson),
      foreign: plan.foreign,
      ...(plan.open && { open: plan.open }),
      ...(plan.consequences && { consequences: plan.consequences }),
    })),
  });
}

function changeAsJson(change: Change): object {
  return {
    action: change.action,
    ...change.id,
    ...(change.manifest && { boundary: change.manifest.boundary, template: change.manifest.template }),
    effect: change.effect,
    fields: change.fields,
    ...(change.refusal !== undefined && { refusal: change.refusal }),
    ...(change.notes.length > 0 && { notes: change.notes }),
  };
}
