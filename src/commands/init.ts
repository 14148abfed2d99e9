import { lstat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { Io } from "../io.ts";
import { printDocument } from "../manifests/yaml.ts";
import { confirm } from "../prompts.ts";
import { shellWord } from "../report/shell-word.ts";
import type { RawDocument } from "../tenant/documents.ts";
import type { TenantFlags } from "../tenant/flags.ts";
import type { SpecFlags } from "./flags.ts";
import { readClasses } from "./select-tenants.ts";
import { specArguments, toTenantFlags } from "./spec-options.ts";
import { unwritable, writeNew } from "../files/write-file.ts";

/** The flags of `init`. */
export interface InitFlags extends SpecFlags {
  readonly outputFile?: string;
}

/**
 * `mtenant init`: writes a spec file to start from; never over one that exists. On a terminal, when no flag says
 * anything of the tenant, it asks, shows the file and writes it when that is agreed to; elsewhere it never asks.
 */
export async function init(given: string | undefined, flags: InitFlags, io: Io): Promise<number> {
  const classes = await readClasses(flags, io);
  const asks = io.interactive && classes.length === 0 && Object.keys(toTenantFlags(flags)).length === 0;
  const name = given ?? (asks ? await (await import("./ask-tenant.ts")).askName(io) : undefined);
  if (name === undefined) {
    throw new ExpectedError(ExitCode.usage, "which tenant?", { hint: "mtenant init NAME" });
  }
  const { tenantFromFlags } = await import("../tenant/flags.ts");
  await tenantFromFlags(name, {}); // what is wrong with the name is told before the questions
  const file = flags.outputFile ?? `${name}.yaml`;
  if (!isStdout(file)) await refuseExisting(file);
  const said = asks ? await (await import("./ask-tenant.ts")).askTenant(name, io) : flags;
  const text = `${await schemaLine(file)}${await specText(name, said, classes)}`;
  if (isStdout(file)) {
    await io.out(text);
    return ExitCode.done;
  }
  if (asks) {
    io.note(`\n${text}`);
    await confirm({ message: `Write this to ${file}?`, yes: false, proposed: true }, io);
  }
  await writeNew(file, text, ANOTHER);
  if (asks) io.note(`The same without questions: mtenant init ${specArguments(name, said)}`);
  io.note(`Wrote ${file}. Next: edit it, then mtenant diff -f ${shellWord(file)}`);
  return ExitCode.done;
}

/** Throws (exit code 2) when flags and classes do not make a tenant. */
async function specText(name: string, flags: SpecFlags, classes: readonly RawDocument[]): Promise<string> {
  const { resolveDocuments, tenantFromFlags } = await import("../tenant/flags.ts");
  const document = await tenantFromFlags(name, withNodes(name, toTenantFlags(flags)));
  await resolveDocuments([document], classes);
  return printDocument(document);
}

function isStdout(file: string): boolean {
  return file === "-" || file === "/dev/stdout";
}

/** Where the schema may be beside a spec: written by `mtenant schema`, or with mtenant as a package of the repository. */
const schemaFiles = ["tenant.schema.json", "node_modules/mtenant/dist/tenant.schema.json"];

/** The line with which editors check the file; none where there is no schema for it to lead to. */
async function schemaLine(file: string): Promise<string> {
  const folder = isStdout(file) ? "." : dirname(file);
  for (const each of schemaFiles) {
    const isThere = await lstat(join(folder, each)).then(
      () => true,
      () => false,
    );
    if (isThere) return `# yaml-language-server: $schema=./${each}\n`;
  }
  return "";
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
