/**
 * Writes src/boundaries/access/kept-since.ts: in which minor of Kubernetes each set of kept triples first appears. To be
 * run after a change to the allow-list, the deny-list or the pinned ClusterRoles; test/boundaries/access/source.test.ts
 * fails until then.
 *
 *   npx tsx scripts/pin-kept-triples.ts
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tenantRoles } from "../src/boundaries/access/tenant-roles.ts";
import { pinnedFacts, pinnedMinors } from "../src/facts/pinned.ts";

const since = { Owner: new Map<string, number>(), Developer: new Map(), Viewer: new Map() };
for (const minor of pinnedMinors) {
  for (const { role, hash } of Object.values(tenantRoles(await pinnedFacts(minor)))) {
    if (!since[role].has(hash)) since[role].set(hash, minor);
  }
}

const tables = Object.entries(since).map(([role, minors]) => {
  const lines = [...minors].map(([hash, minor]) => `    "${hash}": ${minor},`);
  return [`  ${role}: {`, ...lines, "  },"].join("\n");
});
const text = `import type { TenantRole } from "../../tenant/tenant.ts";

// Written by scripts/pin-kept-triples.ts. Do not edit.

/** The first minor of Kubernetes 1.x whose own ClusterRole keeps exactly these triples, by role and \`DerivedRole.hash\`. */
export const keptSince: Readonly<Record<TenantRole, Readonly<Record<string, number>>>> = {
${tables.join("\n")}
};
`;
writeFileSync(join(import.meta.dirname, "../src/boundaries/access/kept-since.ts"), text);
