import type { Facts } from "../facts/facts.ts";
import { someOf } from "../report/results.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** What of these tenants cannot work although nothing is wrong with a spec: a sentence for each cause, naming the tenants. */
export function warningsFor(tenants: readonly Tenant[], facts: Facts): readonly string[] {
  const nobodys = tenants.filter(({ subjects }) => subjects.length === 0);
  return [
    ...about(nobodys, "nobody has a role there: say who, with subjects in the spec or --owner-group GROUP"),
    ...missingRuntimes(tenants, facts).flatMap((name) =>
      about(
        tenants.filter(({ pods }) => pods.runtimeClassName === name),
        `the cluster has no RuntimeClass ${JSON.stringify(name)}: no pod will start until it has`,
      ),
    ),
  ];
}

function missingRuntimes(tenants: readonly Tenant[], { runtimeClasses }: Facts): string[] {
  if (runtimeClasses === "unknown") return [];
  const known = new Set(runtimeClasses.map(({ name }) => name));
  const wanted = tenants.flatMap(({ pods: { runtimeClassName } }) => runtimeClassName ?? []);
  return [...new Set(wanted)].filter((name) => !known.has(name)).sort();
}

function about(tenants: readonly Tenant[], what: string): string[] {
  if (tenants.length === 0) return [];
  const [word, names] = [tenants.length === 1 ? "tenant" : "tenants", tenants.map(({ name }) => name)];
  return [`warning: ${word} ${someOf(names)}: ${what}`];
}
