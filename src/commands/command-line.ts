import type { ConnectionFlags, SpecFlags } from "./flags.ts";
import { shellWord, specArguments } from "./spec-options.ts";

/** A command that a person can type next, about the same tenants on the same cluster: `mtenant create -f tenants/`. */
export function commandLine(
  verb: string,
  name: string | undefined,
  flags: ConnectionFlags & SpecFlags,
): string {
  return ["mtenant", verb, specArguments(name, flags), ...connectionWords(flags).map(shellWord)]
    .filter((word) => word !== "")
    .join(" ");
}

/** The flags that say which cluster, and as whom; no others. */
export function connectionOf(flags: ConnectionFlags): ConnectionFlags {
  const names = [...singleFlags, "asGroup"] as const;
  return Object.fromEntries(
    names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
  );
}

const singleFlags = ["kubeconfig", "context", "cluster", "user", "as"] as const;

function connectionWords(flags: ConnectionFlags): string[] {
  const single = singleFlags.flatMap((name) => {
    const value = flags[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  return [...single, ...(flags.asGroup ?? []).flatMap((group) => ["--as-group", group])];
}
