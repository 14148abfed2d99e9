import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tenantText } from "../tenant/spec.ts";

/** Writes a folder with one spec file a tenant. Their nodes are shared. Returns the folder. */
export async function specFolder(folder: string, names: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const spec = (name: string): string =>
    `nodes: {mode: Shared}\nsubjects: [{kind: Group, name: ${name}-owners, role: Owner}]`;
  for (const name of names) await writeFile(join(folder, `${name}.yaml`), tenantText(name, spec(name)));
  return folder;
}

/** `prefix-000`, `prefix-001` … */
export function namesFor(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(3, "0")}`);
}
