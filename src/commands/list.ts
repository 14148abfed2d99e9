import { ExitCode } from "../errors.ts";
import type { Io } from "../io.ts";
import { documentOfKind } from "../report/document.ts";
import { escapeLine } from "../report/escape.ts";
import { printJson } from "../report/json.ts";
import {
  recordsAsText,
  summarizeDamaged,
  summarizeRecord,
  summarizeUnrecorded,
} from "../report/record-list.ts";
import type { ConnectionFlags } from "./flags.ts";
import { openCluster } from "./open-session.ts";
import { readWithUnrecorded, TAKE_BACK } from "../planning/unrecorded.ts";

/**
 * `mtenant list`: the tenants that the cluster has records of. Exit code 3 when a record cannot be read, 1 when
 * namespaces name a tenant whose record does not list them.
 */
export async function list(
  _name: string | undefined,
  flags: ConnectionFlags & { readonly output: "text" | "json" },
  io: Io,
): Promise<number> {
  const { records, damaged, unrecorded } = await readWithUnrecorded(await openCluster(flags, io));
  const tenants = [
    ...[...records.values()].flatMap(summarizeRecord),
    ...damaged.flatMap(summarizeDamaged),
    ...summarizeUnrecorded(unrecorded),
  ];
  if (flags.output === "json") await io.out(printJson(documentOfKind("TenantList", { tenants })));
  else if (tenants.length > 0) await io.out(recordsAsText(tenants));
  else io.note("No tenants. Next: mtenant create NAME --owner-group GROUP --node NODE");
  for (const { error } of damaged)
    io.note(`error: ${escapeLine(error.message)}${error.hint === undefined ? "" : `; ${error.hint}`}`);
  if (unrecorded.length > 0) io.note(`No record holds what the rows "no record" show. ${TAKE_BACK}.`);
  if (damaged.length > 0) return ExitCode.unable;
  return unrecorded.length > 0 ? ExitCode.different : ExitCode.done;
}
