import { lstat } from "node:fs/promises";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { Io } from "../io.ts";
import { printDocument } from "../manifests/yaml.ts";
import { confirm } from "../prompts.ts";
import type { TenantFlags } from "../tenant/flags.ts";
import type { SpecFlags } from "./flags.ts";
import { readClasses } from "./select-tenants.ts";
import { specArguments, toTenantFlags } from "./spec-options.ts";
import { unwritable, writeNew } from "./write-file.ts";

/** The flags of `init`. */
export interface InitFlags extends SpecFlags {
  readonly outputFile?: string;
}

const SCHEMA_LINE = "# yaml-language-server: $schema=./node_modules/mtenant/dist/tenant.schema.json";

/**
 * `mtenant init`: writes a spec file to start from; never over one that exists. On a terminal, when no flag says
 * anything of the tenant, it asks, shows the file and writes it when that is agreed to; elsewhere it never asks.
 */
export async function init(name: string | undefined, flags: InitFlags, io: Io): Promise<number> {
  const classes = await readClasses(flags, io);
  const asks = io.interactive && classes.length === 0 && Object.keys(toTenantFlags(flags)).length === 0;
  const tenant = asks ? await (await import("./ask-tenant.ts")).askTenant(name, io) : { name, flags };
  if (tenant.name === undefined) {
    throw new ExpectedError(ExitCode.usage, "which tenant?", { hint: "mtenant init NAME" });
  }
  const { resolveDocuments, tenantFromFlags } = await import("../tenant/flags.ts");
  const said = withNodes(tenant.name, toTenantFlags(tenant.flags));
  const document = await tenantFromFlags(tenant.name, said);
  await resolveDocuments([document], classes);
  const text = `${SCHEMA_LINE}\n${printDocument(document)}`;
  const file = flags.outputFile ?? `${tenant.name}.yaml`;
  await refuseExisting(file);
  if (asks) {
    io.note(`\n${text}`);
    await confirm({ message: `Write this to ${file}?`, yes: false }, io);
  }
  await writeNew(file, text, ANOTHER);
  if (asks) io.note(`The same without questions: mtenant init ${specArguments(tenant.name, tenant.flags)}`);
  io.note(`Wrote ${file}. Next: edit it, then mtenant diff -f ${file}`);
  return ExitCode.done;
}

/** Nodes are not shared unless somebody says so: where nothing is said, those that carry the tenant's label are its own. */
function withNodes(name: string, said: TenantFlags): TenantFlags {
  const isSaid = [said.nodes, said.node, said.nodeSelector, said.className].some(
    (flag) => flag !== undefined,
  );
  return isSaid ? said : { ...said, nodes: "Dedicated", nodeSelector: `mtenant.dev/tenant=${name}` };
}

const ANOTHER = "name another one with --output-file";

async function refuseExisting(file: string): Promise<void> {
  const found = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw unwritable(file, error, ANOTHER);
  });
  if (found !== undefined) throw unwritable(file, { code: "EEXIST" }, ANOTHER);
}
