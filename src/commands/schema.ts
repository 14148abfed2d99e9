import type { Io } from "../io.ts";
import { printJson } from "../report/json.ts";

/** `mtenant schema`: the JSON Schema of the spec files, for editors and pipelines. */
export async function schema(_name: string | undefined, _flags: object, io: Io): Promise<number> {
  const { tenantJsonSchema } = await import("../tenant/schema.ts");
  await io.out(printJson(tenantJsonSchema()));
  return 0;
}
