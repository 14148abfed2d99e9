import { shellWord } from "../report/shell-word.ts";
import type { TenantFlags } from "../tenant/flags.ts";
import type { SpecFlags } from "./flags.ts";

type SpecFlag = Exclude<keyof TenantFlags, "className">;

// A record, so that a flag which is left out here does not compile: it would be accepted and change nothing.
const optionNames: Readonly<Record<SpecFlag, string>> = {
  ownerGroup: "--owner-group",
  ownerUser: "--owner-user",
  developerGroup: "--developer-group",
  viewerGroup: "--viewer-group",
  namespace: "--namespace",
  nodes: "--nodes",
  node: "--node",
  nodeSelector: "--node-selector",
  runtimeClass: "--runtime-class",
  size: "--size",
};
const specFlags = Object.keys(optionNames) as SpecFlag[];

/** The flags that say a spec, and no others: only those that were given. */
export function toTenantFlags(flags: SpecFlags): TenantFlags {
  const given = specFlags.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]]));
  return { ...Object.fromEntries(given), ...(flags.class === undefined ? {} : { className: flags.class }) };
}

/** The options that say this, as they are typed: `--owner-group`. */
export function optionsOf(flags: TenantFlags): readonly string[] {
  return [...new Set(wordsOf(flags).map(([option]) => option))];
}

/** `NAME -f FILE --owner-group "my group"`, to be typed into a shell: what says the same tenants again. */
export function specArguments(name: string | undefined, flags: SpecFlags): string {
  const files = (flags.filename ?? []).map((file) => ["-f", file] as const);
  const words = [...wordsOf(toTenantFlags(flags)), ...files].flat();
  return [...(name === undefined ? [] : [name]), ...words].map(shellWord).join(" ");
}

function wordsOf(flags: TenantFlags): readonly (readonly [option: string, value: string])[] {
  const said = specFlags.flatMap((name) =>
    [flags[name] ?? []].flat().map((value) => [optionNames[name], String(value)] as const),
  );
  return [...said, ...(flags.className === undefined ? [] : [["--class", flags.className] as const])];
}
