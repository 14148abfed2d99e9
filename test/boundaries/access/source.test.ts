import { describe, expect, test } from "vitest";
import { loadTemplates } from "../../../src/files/templates.ts";
import { keptSince } from "../../../src/boundaries/access/kept-since.ts";
import { sourceMinor } from "../../../src/boundaries/access/source.ts";
import { tenantRoles } from "../../../src/boundaries/access/tenant-roles.ts";
import type { Facts } from "../../../src/facts/facts.ts";
import { pinnedFacts, pinnedMinors } from "../../../src/facts/pinned.ts";
import { renderTenant } from "../../../src/render/render.ts";
import type { Tenant } from "../../../src/tenant/tenant.ts";
import { payments } from "../../render/example.ts";

const templates = await loadTemplates();
const network = { ...payments.network, apiServer: "Deny", egress: [], ingress: [] } as const;
const pods = { ...payments.pods };
const tenant: Tenant = { ...payments, network, pods };

/** The Roles of the tenant's first namespace as they are rendered for a cluster of this minor. */
async function rolesOf(minor: number, change: (facts: Facts) => Facts = (facts) => facts) {
  const known = { runtimeClasses: [{ name: "gvisor", handler: "runsc", tolerations: [] }] };
  const facts = change({ ...(await pinnedFacts(minor)), ...known });
  const manifests = renderTenant({ tenant, facts, templates });
  return manifests
    .map(({ object }) => object)
    .filter(({ kind, metadata }) => kind === "Role" && metadata.namespace === "payments");
}

/** Base and minor of each Role, as annotated. */
function sourcesOf(roles: Awaited<ReturnType<typeof rolesOf>>): string[] {
  return roles.map(({ metadata: { name, annotations = {} } }) =>
    [name, annotations["mtenant.dev/derived-from"], annotations["mtenant.dev/derived-from-minor"]].join(" "),
  );
}

describe("a Role says what it is derived from", () => {
  test("the base, and the first minor that keeps exactly these rights", async () => {
    expect(sourcesOf(await rolesOf(36))).toEqual([
      "mtenant-developer edit 1.35",
      "mtenant-owner admin 1.35",
      "mtenant-viewer view 1.35",
    ]);
    expect(sourcesOf(await rolesOf(34))).toEqual([
      "mtenant-developer edit 1.30",
      "mtenant-owner admin 1.30",
      "mtenant-viewer view 1.30",
    ]);
  });

  test("an upgrade that changes no kept right changes no byte of it", async () => {
    // The ClusterRoles of 1.33 and 1.34 are not the same, but what is kept of them is.
    expect((await pinnedFacts(33)).baseRoles).not.toEqual((await pinnedFacts(34)).baseRoles);
    expect(await rolesOf(34)).toEqual(await rolesOf(33));
  });

  test("an upgrade that changes a kept right shows in its hash and minor", async () => {
    const [before, after] = [await rolesOf(34), await rolesOf(35)];
    const hashes = (roles: typeof before) =>
      roles.map(({ metadata }) => metadata.annotations?.["mtenant.dev/kept-triples"]);
    for (const [at, hash] of hashes(before).entries()) expect(hashes(after)[at]).not.toBe(hash);
  });

  test("rights that somebody aggregated and that do not pass change nothing, those that are missing are local", async () => {
    const widened = (facts: Facts): Facts => ({
      ...facts,
      baseRoles: {
        ...facts.baseRoles,
        admin: [...facts.baseRoles.admin, { apiGroups: ["x.example"], resources: ["things"], verbs: ["*"] }],
      },
    });
    expect(await rolesOf(36, widened)).toEqual(await rolesOf(36));
    const reduced = (facts: Facts): Facts => ({
      ...facts,
      baseRoles: { ...facts.baseRoles, admin: facts.baseRoles.view },
    });
    expect(sourcesOf(await rolesOf(36, reduced))).toContain("mtenant-owner admin 1.36+local");
  });

  test("rights of a later minor, which somebody gave an older cluster, are local", () => {
    const [first = ""] = Object.entries(keptSince.Owner).find(([, minor]) => minor === 35) ?? [];
    expect(sourceMinor({ role: "Owner", hash: first }, 34)).toBe("1.34+local");
    expect(sourceMinor({ role: "Owner", hash: first }, 40)).toBe("1.35");
  });

  test("the table is that of the pinned ClusterRoles", async () => {
    for (const minor of pinnedMinors) {
      for (const { role, hash } of Object.values(tenantRoles(await pinnedFacts(minor)))) {
        expect(
          keptSince[role][hash],
          `${role} of 1.${minor}: run scripts/pin-kept-triples.ts`,
        ).toBeLessThanOrEqual(minor);
      }
    }
    const listed = Object.values(keptSince).flatMap((table) => Object.values(table));
    expect(listed.every((minor) => pinnedMinors.includes(minor))).toBe(true);
  });
});
