import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Does one of the test files import `test-cluster.ts`, itself or through files beside it? */
export function needsCluster(testFiles: readonly string[]): boolean {
  const seen = new Set(testFiles);
  for (const file of seen) {
    if (file.endsWith("/test-cluster.ts")) return true;
    for (const imported of localImports(file)) seen.add(imported);
  }
  return false;
}

function localImports(file: string): string[] {
  const found = readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+\.ts)"/g);
  const files = Array.from(found, (match) => join(dirname(file), match[1] ?? ""));
  return files.filter((imported) => imported.includes("/test/"));
}
