import { ExitCode, ExpectedError } from "../errors.ts";
import { isClusterDone } from "../execute/execute-cluster.ts";
import type { StoredRecord } from "../execute/records.ts";
import type { ClusterPlan } from "./plan-owners.ts";
import { recordKey } from "./session.ts";

const BACK = "Or make them mtenant's again: create --take-over.";

const TOOL =
  "That tool would put them back. Take them out of there first, without pruning them, and its marks off the records and objects.";

const remedies = {
  change:
    "Change the spec where the files come from, render it again (mtenant render --output-dir DIR) and let it be applied from there.",
  delete:
    "Take its spec away, render the others again with --prune so that tenants/NAME goes, and let it be pruned in the cluster; with kubectl, before that: kubectl delete -k DIR/tenants/NAME/access, then -k DIR/tenants/NAME.",
} as const;

/**
 * Refuses (exit code 4) tenants that somebody else applies from rendered files, all of them at once: what was changed
 * here would be changed back there. `takeOver`: only those that a tool marks as its own, and would put back.
 */
export function refuseRenderedTenants(
  names: readonly string[],
  records: ReadonlyMap<string, StoredRecord>,
  wish: keyof typeof remedies,
  takeOver = false,
): void {
  const problems = names.flatMap((name) => {
    const stored = records.get(recordKey({ kind: "tenant", name }));
    if (stored?.record.phase !== "rendered") return [];
    if (takeOver && stored.tool === undefined) return [];
    return [{ where: `tenant ${name}`, message: `it is applied from rendered files by ${stored.appliedBy}` }];
  });
  if (problems.length === 0) return;
  throw new ExpectedError(ExitCode.refused, "Somebody else owns these tenants; nothing was changed.", {
    problems,
    hint: takeOver ? TOOL : `${remedies[wish]} ${BACK}`,
  });
}

/** Refuses (exit code 4) to change guards that somebody else applies from rendered files. Those as they should be are used. */
export function refuseRenderedGuards(cluster: ClusterPlan): void {
  const { stored } = cluster;
  if (stored?.record.phase !== "rendered" || cluster.takesOver || isClusterDone(cluster)) return;
  throw new ExpectedError(
    ExitCode.refused,
    `The guards that all tenants share are applied from rendered files by ${stored.appliedBy}, and are not what this mtenant would apply; nothing was changed.`,
    {
      hint: `They were rendered by mtenant ${stored.record.writtenBy}. Render them again for this cluster (mtenant render --context NAME --output-dir DIR) and let them be applied from there, or use the version and the templates that they were rendered with. ${BACK}`,
    },
  );
}
