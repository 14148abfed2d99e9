import { ExitCode } from "../errors.ts";
import type { Io } from "../io.ts";
import { documentOfKind } from "../report/document.ts";
import { printJson } from "../report/json.ts";
import { recordsAsText, summarizeRecord } from "../report/record-list.ts";
import type { ConnectionFlags } from "./flags.ts";
import { openCluster, readRecords } from "./session.ts";

/** `mtenant list`: the tenants that the cluster has records of. */
export async function list(
  _name: string | undefined,
  flags: ConnectionFlags & { readonly output: "text" | "json" },
  io: Io,
): Promise<number> {
  const records = await readRecords(await openCluster(flags, io));
  const tenants = [...records.values()].flatMap(summarizeRecord);
  if (flags.output === "json") await io.out(printJson(documentOfKind("TenantList", { tenants })));
  else if (tenants.length > 0) await io.out(recordsAsText(tenants));
  else io.note("No tenants. Next: mtenant create NAME --owner-group GROUP --node NODE");
  return ExitCode.done;
}
