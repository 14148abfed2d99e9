import type { Facts } from "../facts/facts.ts";

/** The facts that `doctor --save-profile` kept in a file, or that an operator completed there. Throws (exit code 2). */
export async function readProfile(file: string): Promise<Facts> {
  const { decodeProfile } = await import("../facts/profile.ts");
  const { readTextFile } = await import("./text-file.ts");
  return decodeProfile(await readTextFile(file), file);
}
