import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Writes one file with the specs of `count` tenants, and returns it. Their nodes are shared: kubectl cannot apply to nodes. */
export async function writeSpecs(folder: string, count: number): Promise<string> {
  const file = join(folder, `tenants-${count}.yaml`);
  await writeFile(file, Array.from({ length: count }, (_, index) => spec(index)).join("---\n"));
  return file;
}

function spec(index: number): string {
  const name = `bench-${String(index).padStart(4, "0")}`;
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
