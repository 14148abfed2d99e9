import { describe, expect, test } from "vitest";
import { compilePackaged } from "../../src/files/templates.ts";
import { renderCluster, renderTenant } from "../../src/render/render.ts";
import type { Tenant } from "../../src/tenant/tenant.ts";
import { facts, payments } from "./example.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";

/** What an override may change although a wall stands there, and why that weakens nothing. */
const harmless: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /^(network|resources)\/\S+ \w+ \S+ \/metadata\/name = /,
    "no wall depends on what a policy or quota is called; the record prunes the old one",
  ],
  [/ \/metadata\/labels\/(cost-centre|istio-injection) = /, "labels of the spec's own, which no wall reads"],
  [
    /^resources\/limit-range\S* .* \/spec\/limits\/0\/default\/[\w-]+ = /,
    "a default is what a pod gets that asks for nothing: the quota bounds the sum, max each one",
  ],
  [
    /^resources\/limit-range\S* .* \/spec\/limits\/0\/defaultRequest/,
    "as for defaults; what is left out, the server takes from default",
  ],
  [/^resources\/limit-range\S* .*\/max\/\w+ = "0"/, "less than the spec allows"],
  [/^resources\/quota.yaml .* \/spec\/hard\/\S+ = "0"/, "less than the spec allows"],
  [/^network\/\S+ .* \/spec\/(in|e)gress(\/0)? remove$/, "allows nothing any more"],
  [
    /^network\/\S+ .* \/spec\/(in|e)gress\/0\/(to|from|ports)\/[01] remove$/,
    "allows less: one of two is left",
  ],
  [/^network\/dns.yaml .*\/ports\/\d\/protocol( remove| = "UDP")$/, "allows one of the two protocols, twice"],
  [
    /^network\/ingress-rule.yaml .*\/ports\/0\/(port = 8081|endPort remove|endPort = 0)$/,
    "fewer ports of the range, or a range that the server refuses",
  ],
  [
    /^access\/roles.yaml .* \/metadata\/annotations(\/mtenant.dev\/(derived-from|derived-from-minor|kept-triples))?( remove| = )/,
    "says where the rules come from, and grants nothing",
  ],
  [
    /^access\/roles.yaml .* \/rules(\/\d+(\/(verbs|resources|apiGroups)(\/\d+)?)?)? remove$/,
    "grants less, or is a rule that the server refuses",
  ],
  [/^access\/roles.yaml .* \/rules\/\d+\/verbs\/\d+ = "create"$/, "the rule grants create already"],
  [
    /^guards\/\S+ .* \/spec\/validations\/\d+\/(message|messageExpression)( remove| = )/,
    "what a refusal says, not whether it happens",
  ],
];

function judge(mutants: readonly Mutant[]) {
  const accepted = mutants.filter((each) => each.result === "accepted").map((each) => each.name);
  const unlisted = accepted.filter((name) => !harmless.some(([pattern]) => pattern.test(name)));
  return { accepted, unlisted, refused: mutants.filter((each) => each.result === "refused").length };
}

function withoutDuplicates(tenant: Tenant): Tenant {
  const { namespaces, subjects, network } = tenant;
  return {
    ...tenant,
    namespaces: namespaces.slice(0, 1),
    subjects: subjects.slice(0, 1),
    network: { ...network, egress: network.egress.slice(0, 1) },
  };
}

describe("an override that removes or alters one place of one object", async () => {
  const packaged = await compilePackaged();
  const cluster = judge(mutantsOf(packaged, (templates) => renderCluster({ facts, templates })));
  const tenant = judge(
    mutantsOf(packaged, (templates) =>
      renderTenant({ tenant: withoutDuplicates(payments), facts, templates }),
    ),
  );

  test("of the cluster's objects is refused, or is listed as harmless", () => {
    expect(cluster.unlisted).toEqual([]);
    expect(cluster.refused).toBeGreaterThan(1000);
  });

  test("of a tenant's objects is refused, or is listed as harmless", () => {
    expect(tenant.unlisted).toEqual([]);
    expect(tenant.refused).toBeGreaterThan(800);
  });

  test("every entry of the list is still needed", () => {
    const accepted = [...cluster.accepted, ...tenant.accepted];
    expect(harmless.filter(([pattern]) => !accepted.some((name) => pattern.test(name))).map(String)).toEqual(
      [],
    );
  });
});
