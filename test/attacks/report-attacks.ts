import { table } from "../bench/table.ts";
import { catalogue } from "./catalogue.ts";
import { arms, type AttackRow } from "./row.ts";
import { rows } from "./rows/all.ts";
import type { Result } from "./run.ts";
import type { Suite } from "./run-all.ts";

const titles = { bare: "bare namespace", default: "mtenant", dedicated: "mtenant, own nodes" } as const;

/** The section of docs/attacks.md on what tenants try: attack × arm, the totals, and what is not sent. */
export function attacksSection(suite: Suite): string {
  return `## What tenants try
Each attack is sent with the tenant's own credentials, beside a harmless twin that has to pass, in three arms: a namespace with
Kubernetes' \`admin\` and nothing else, where it has to succeed; a tenant as mtenant makes it by default; and a tenant with nodes of its
own. "anyway" is what Kubernetes keeps from every administrator of a namespace: there the cluster's own administrator shows
that the request is none that always fails. Between the walls any other refusal than the one that is named counts as a failure.

${table(["attack", "a tenant that", ...arms.map((arm) => titles[arm])], [...rows.map((row) => line(row, suite)), totals(suite)])}

Beside these, every right that \`admin\` gives and a role of a tenant does not is asked for, by a request that needs it: ${suite.withheld.Owner} as an
Owner, ${suite.withheld.Developer} as a Developer, ${suite.withheld.Viewer} as a Viewer. ${suite.misplacedRights.length === 0 ? "None is granted." : `Wrong: ${suite.misplacedRights.join("; ")}`}

### What no request shows
${table(
  ["attack", "what is tried", "why it is not sent"],
  catalogue
    .filter(({ notSent }) => notSent !== undefined)
    .map(({ id, what, notSent = "" }) => [id, what, notSent]),
)}
`;
}

/** What went wrong, a line each; empty when every verdict is as it has to be. */
export function problemsOf(suite: Suite): string[] {
  const results = rows.flatMap(({ id }) => arms.map((arm) => suite.resultOf(arm, id)));
  const problems = results.flatMap((result) =>
    result === undefined || result.problem === "" ? [] : [`${result.arm} ${result.id}: ${result.problem}`],
  );
  return [...problems, ...suite.misplacedRights];
}

function line({ id, title }: AttackRow, suite: Suite): string[] {
  return [id, title, ...arms.map((arm) => cell(suite.resultOf(arm, id)))];
}

function cell(result: Result | undefined): string {
  if (result === undefined) return "–";
  if (result.problem !== "") return result.verdict === "succeeded" ? "BREACH" : "WRONG";
  if (result.verdict === "succeeded") return "succeeds";
  const by = (result.by ?? "").replace("ValidatingAdmissionPolicy ", "");
  return result.verdict === "anyway" ? `anyway: ${by}` : by;
}

function totals(suite: Suite): string[] {
  const counts = arms.map((arm) => {
    const results = rows.flatMap(({ id }) => suite.resultOf(arm, id) ?? []);
    const stopped = results.filter(({ verdict }) => verdict === "stopped" || verdict === "anyway").length;
    return `${stopped} of ${results.length}`;
  });
  return ["stopped", "", ...counts];
}
