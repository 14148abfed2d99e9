import { open } from "node:fs/promises";

/** More than any kubeconfig, key or token holds; a device as /dev/zero has no end. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * The bytes of a file, or of a pipe as a shell makes it for `<(command)`. Throws the error of the file system, and one
 * with the code EFBIG when there are more than 16 MiB.
 */
export async function readLimited(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of handle.createReadStream({ end: MOST_BYTES, autoClose: false })) {
      chunks.push(chunk as Buffer);
    }
    const bytes = Buffer.concat(chunks);
    if (bytes.length <= MOST_BYTES) return bytes;
    throw Object.assign(new Error(`${file} is larger than 16 MiB`), { code: "EFBIG" });
  } finally {
    await handle.close();
  }
}

/** Why a file could not be read, for the parentheses behind it: `larger than 16 MiB`, or the file system's code. */
export function whyUnread(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EFBIG" ? "larger than 16 MiB" : String(code);
}
