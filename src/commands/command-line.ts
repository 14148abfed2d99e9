import { shellWord } from "../report/shell-word.ts";
import type { ConnectionFlags, PlanFlags, SpecFlags } from "./flags.ts";
import { specArguments } from "./spec-options.ts";

/**
 * A command that a person can type next, about the same tenants on the same cluster, planned in the same way:
 * `mtenant create -f tenants/ --templates walls/`.
 */
export function commandLine(
  verb: string,
  name: string | undefined,
  flags: ConnectionFlags & SpecFlags & Partial<PlanFlags>,
): string {
  const how = [...planWords(flags), ...connectionWords(flags)].map(shellWord);
  return ["mtenant", verb, specArguments(name, flags), ...how].filter((word) => word !== "").join(" ");
}

function planWords({
  templates,
  clusterProfile,
  forceConflicts,
  takeOver,
  leaveClass,
}: Partial<PlanFlags>): string[] {
  return [
    ...(templates === undefined ? [] : ["--templates", templates]),
    ...(clusterProfile === undefined ? [] : ["--cluster-profile", clusterProfile]),
    ...(forceConflicts === true ? ["--force-conflicts"] : []),
    ...(takeOver === true ? ["--take-over"] : []),
    ...(leaveClass === true ? ["--leave-class"] : []),
  ];
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
