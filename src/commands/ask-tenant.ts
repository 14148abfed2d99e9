import type { Io } from "../io.ts";
import { askChoice, askText } from "../prompts.ts";
import { tenantNameFault } from "../tenant/names.ts";
import type { SpecFlags } from "./flags.ts";

const modes = [
  { value: "Dedicated", name: "Dedicated: the tenant's nodes run nobody else's pods" },
  { value: "Sandboxed", name: "Sandboxed: nodes are shared, pods run in a sandbox" },
  { value: "Shared", name: "Shared: nodes and their kernel are shared with other tenants" },
] as const;
const sizes = ["small", "medium", "large"] as const;

/** Asks how a tenant is called. Throws (exit code 130) when it is interrupted. */
export function askName(io: Io): Promise<string> {
  return askText({ message: "The tenant's name:", faultOf: tenantNameFault }, io);
}

/**
 * Asks what a tenant is like, one question after the other; the answers as the flags that would have said the same.
 * Throws (exit code 130) when it is interrupted.
 */
export async function askTenant(name: string, io: Io): Promise<SpecFlags> {
  const group = await askText(
    { message: "The group that owns it (empty: nobody yet):", faultOf: nothingWrong },
    io,
  );
  const nodes = await askChoice({ message: "Where do its pods run?", choices: modes }, io);
  const where = await askNodes(nodes, name, io);
  const size = await askChoice(
    { message: "How large are its quotas?", choices: sizes.map((value) => ({ value, name: value })) },
    io,
  );
  return { ...(group === "" ? {} : { ownerGroup: [group] }), nodes, ...where, size };
}

async function askNodes(mode: string, name: string, io: Io): Promise<SpecFlags> {
  if (mode === "Sandboxed")
    return {
      runtimeClass: await askText({ message: "The RuntimeClass of the sandbox:", faultOf: notEmpty }, io),
    };
  if (mode !== "Dedicated") return {};
  const label = `mtenant.dev/tenant=${name}`;
  const answer = await askText(
    { message: `Its nodes, by name (empty: those that are labelled ${label}):`, faultOf: nothingWrong },
    io,
  );
  const node = answer.split(/[\s,]+/).filter((word) => word !== "");
  return node.length === 0 ? { nodeSelector: label } : { node };
}

const nothingWrong = (): undefined => undefined;

function notEmpty(text: string): string | undefined {
  return text === "" ? "must not be empty" : undefined;
}
