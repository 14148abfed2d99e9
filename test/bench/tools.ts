import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CommandResult, run } from "../cluster/kubectl.ts";
import type { ControlPlane } from "../cluster/start.ts";
import type { Command } from "./measure.ts";
import { NAME_PREFIX } from "./specs.ts";

/** What both tools do to the same tenants, in this order. */
export const steps = ["create", "create, unchanged", "diff, unchanged", "delete"] as const;
export type Step = (typeof steps)[number];

/** One tool's way through the life of the same tenants. */
export interface Tool {
  readonly name: "mtenant" | "kubectl";
  readonly steps: Readonly<Record<Step, Command>>;
}

/** mtenant with a spec file; every command ends with `--yes` where it would ask. */
export function mtenantTool(mtenant: Command, { kubeconfig }: ControlPlane, spec: string): Tool {
  const command = (label: string, ...args: string[]): Command => ({
    ...mtenant,
    label: `mtenant ${label}`,
    args: [...mtenant.args, ...args, "-f", spec, "--kubeconfig", kubeconfig],
  });
  return {
    name: "mtenant",
    steps: {
      create: command("create", "create", "--yes"),
      "create, unchanged": command("unchanged create", "create", "--yes"),
      "diff, unchanged": command("diff", "diff"),
      delete: command("delete", "delete", "--yes"),
    },
  };
}

/**
 * kubectl with the objects that mtenant renders for the same tenants, each in its quickest way: server-side apply, and
 * a delete of the namespaces, which takes all the rest along.
 */
export async function kubectlTool(
  mtenant: Command,
  controlPlane: ControlPlane,
  spec: string,
  folder: string,
): Promise<Tool> {
  const { objects, namespaces } = await renderObjects(mtenant, controlPlane, spec, folder);
  const connection = ["--kubeconfig", controlPlane.kubeconfig, "--cache-dir", join(folder, "kubectl-cache")];
  const command = (label: string, ...args: string[]): Command => ({
    label: `kubectl ${label}`,
    program: controlPlane.kubectl,
    args: [...args, ...connection],
  });
  return {
    name: "kubectl",
    steps: {
      create: command("apply", "apply", "--server-side", "-f", objects),
      "create, unchanged": command("unchanged apply", "apply", "--server-side", "-f", objects),
      "diff, unchanged": command("diff", "diff", "--server-side", "-f", objects),
      delete: command("delete", "delete", "namespaces", "--wait", ...namespaces),
    },
  };
}

interface Rendered {
  readonly objects: string;
  readonly namespaces: readonly string[];
}

interface RenderedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** What all tenants share is left out, since it is there already; so is mtenant's own record. */
async function renderObjects(
  mtenant: Command,
  { kubeconfig }: ControlPlane,
  spec: string,
  folder: string,
): Promise<Rendered> {
  const args = [...mtenant.args, "render", "-f", spec, "--kubeconfig", kubeconfig, "-o", "json"];
  const rendered = succeeded(await run(mtenant.program, args), "mtenant render");
  const { items } = JSON.parse(rendered.stdout) as { items: RenderedObject[] };
  const own = items.filter((object) => namespaceOf(object).startsWith(NAME_PREFIX));
  const file = join(folder, "objects.json");
  await writeFile(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: own }));
  return { objects: file, namespaces: [...new Set(own.map(namespaceOf))] };
}

function namespaceOf({ kind, metadata }: RenderedObject): string {
  return kind === "Namespace" ? metadata.name : (metadata.namespace ?? "");
}

/** The result, when it is one. Throws with what the program printed to stderr otherwise. */
export function succeeded(result: CommandResult, what: string): CommandResult {
  if (result.code !== 0) throw new Error(`${what} ended with exit code ${result.code}: ${result.stderr}`);
  return result;
}
