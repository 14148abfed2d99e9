import { ExpectedError } from "../../src/errors.ts";
import { parseTenants } from "../../src/tenant/parse.ts";

/** A Tenant document with this name and these further lines below `spec`. */
export function tenantText(name: string, spec = "nodes: {mode: Shared}", metadata = ""): string {
  return `apiVersion: mtenant.dev/v1alpha1\nkind: Tenant\nmetadata: {name: ${name}${metadata}}\nspec:\n${indent(spec)}\n`;
}

/** A TenantClass document called `c`. */
export function classText(spec: string): string {
  return `apiVersion: mtenant.dev/v1alpha1\nkind: TenantClass\nmetadata: {name: c}\nspec:\n${indent(spec)}\n`;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

/** The problems of a text, each as `where: message`. Fails when there are none. */
export async function problemsOf(...texts: string[]): Promise<string[]> {
  const sources = texts.map((text, index) => ({ name: `f${index}.yaml`, text }));
  const error = await parseTenants(sources).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ExpectedError)) throw new Error(`expected problems, got ${String(error)}`);
  if (error.exitCode !== 2) throw new Error(`exit code ${error.exitCode}`);
  return error.problems.map(({ where, message }) => `${where}: ${message}`);
}
