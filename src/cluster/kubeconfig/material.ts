import { dirname, isAbsolute, resolve } from "node:path";
import { ExitCode, ExpectedError } from "../../errors.ts";
import type { Fields } from "./fields.ts";
import type { Material } from "./kubeconfig.ts";
import { readLimited, whyUnread } from "./read-limited.ts";

/** `NAME-data` (base64) wins over `NAME` (a file), as in kubectl. */
export function material(fields: Fields, name: string, file: string): Material | undefined {
  const data = fields.text(`${name}-data`);
  if (data !== undefined) return { data: Buffer.from(data, "base64") };
  const path = fields.text(name);
  return path === undefined ? undefined : { file: besideFile(path, file) };
}

/** A path in a kubeconfig is relative to the file that names it. */
export function besideFile(path: string, file: string): string {
  return isAbsolute(path) ? path : resolve(dirname(file), path);
}

/** What is in a certificate, key or token file, or was given as data. Throws ExpectedError (exit code 2) naming the file. */
export async function readMaterial(from: Material, what: string): Promise<Buffer> {
  if ("data" in from) return from.data;
  try {
    return await readLimited(from.file);
  } catch (error) {
    throw new ExpectedError(ExitCode.usage, `the ${what} ${from.file} cannot be read (${whyUnread(error)})`, {
      cause: error,
    });
  }
}
