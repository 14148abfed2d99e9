import { writeFile } from "node:fs/promises";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { Io } from "../io.ts";
import { printDocument } from "../manifests/yaml.ts";
import type { SpecFlags } from "./flags.ts";
import { toTenantFlags } from "./select-tenants.ts";

/** The flags of `init`. */
export interface InitFlags extends SpecFlags {
  readonly outputFile?: string;
}

const SCHEMA_LINE = "# yaml-language-server: $schema=./node_modules/mtenant/dist/tenant.schema.json";

/** `mtenant init`: writes a spec file to start from; never over one that exists. */
export async function init(name: string | undefined, flags: InitFlags, io: Io): Promise<number> {
  const { tenantFromFlags } = await import("../tenant/flags.ts");
  const given = toTenantFlags(flags);
  const document = await tenantFromFlags(
    name ?? "",
    given.nodes === undefined && given.node === undefined && given.nodeSelector === undefined
      ? { ...given, nodes: "Shared" }
      : given,
  );
  const file = flags.outputFile ?? `${name}.yaml`;
  try {
    await writeFile(file, `${SCHEMA_LINE}\n${printDocument(document)}`, { flag: "wx" });
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === "EEXIST";
    throw new ExpectedError(
      ExitCode.usage,
      exists ? `${file} exists already; nothing was changed` : `${file} cannot be written`,
      { cause },
    );
  }
  io.note(`Wrote ${file}. Next: edit it, then mtenant diff -f ${file}`);
  return ExitCode.done;
}
