import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Writes one file with the specs of `count` tenants, and returns it. */
export async function writeSpecs(folder: string, count: number): Promise<string> {
  const file = join(folder, `tenants-${count}.yaml`);
  await writeFile(file, Array.from({ length: count }, (_, index) => specOf(tenantName(index))).join("---\n"));
  return file;
}

/** What the names of the tenants that are measured begin with. */
export const NAME_PREFIX = "bench-";

function tenantName(index: number): string {
  return `${NAME_PREFIX}${String(index).padStart(4, "0")}`;
}

/** The spec of one tenant. Its nodes are shared: kubectl cannot apply to nodes. */
export function specOf(name: string): string {
  return `apiVersion: mtenant.dev/v1alpha1
kind: Tenant
metadata:
  name: ${name}
spec:
  subjects:
    - {kind: Group, name: ${name}-owners, role: Owner}
    - {kind: Group, name: ${name}-developers, role: Developer}
  nodes:
    mode: Shared
`;
}
