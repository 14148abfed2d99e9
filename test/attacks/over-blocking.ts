import type { Application } from "./applications.ts";
import { type Installed, install } from "./install.ts";
import { createNodes, createTenants, createVolumes, OWNER, type Stand } from "./stand.ts";

/** The tenants that applications are installed in, by how they share nodes. */
export const modes = ["Shared", "Dedicated"] as const;
export type Mode = (typeof modes)[number];

/** How many applications are installed at the same time. */
const AT_ONCE = 6;

/** A namespace for each application in a tenant on shared nodes, and in one with nodes of its own. */
export async function prepare(stand: Stand, applications: readonly Application[]): Promise<void> {
  await createVolumes(stand, 4 * applications.length);
  await createNodes(stand, "shared", 3);
  const own = await createNodes(stand, "own", 3);
  const nodes = {
    Shared: { mode: "Shared" },
    Dedicated: { mode: "Dedicated", pools: [{ name: "general", nodeNames: own }] },
  };
  await createTenants(
    stand,
    modes.map((mode) => tenantSpec(mode, nodes[mode], applications)),
  );
}

function tenantSpec(mode: Mode, nodes: object, applications: readonly Application[]): object {
  return {
    apiVersion: "mtenant.dev/v1alpha1",
    kind: "Tenant",
    metadata: { name: mode.toLowerCase() },
    spec: {
      namespaces: applications.map((application) => ({ name: namespaceOf(mode, application) })),
      subjects: [{ kind: "User", name: OWNER, role: "Owner" }],
      nodes,
    },
  };
}

function namespaceOf(mode: Mode, { name }: Application): string {
  return `${mode.toLowerCase()}-${name}`;
}

/** What became of each application, by its name. */
export async function installAll(
  { owner }: Stand,
  mode: Mode,
  applications: readonly Application[],
): Promise<ReadonlyMap<string, Installed>> {
  const results = new Map<string, Installed>();
  const waiting = [...applications];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      results.set(next.name, await install(owner, next, namespaceOf(mode, next)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}
