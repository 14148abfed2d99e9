import { ExitCode, ExpectedError } from "../errors.ts";

const MAX_SIZE = 1024 * 1024;

/**
 * The text of a regular file of at most 1 MiB, in UTF-8. Opens first and looks at what was opened, so that nothing can
 * be put in its place in between; a FIFO would wait for ever. Throws ExpectedError (exit code 2).
 */
export async function readTextFile(path: string): Promise<string> {
  const { constants, open } = await import("node:fs/promises");
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw unopenable(path, error);
  });
  try {
    const found = await handle.stat();
    if (!found.isFile())
      throw unreadable(path, "is not a regular file", "use -f - to read specs from a pipe");
    if (found.size > MAX_SIZE) throw tooLarge(path);
    return decode(path, await handle.readFile());
  } finally {
    await handle.close();
  }
}

/** Throws ExpectedError (exit code 2) for more text than a file may hold. */
export function refuseLong(name: string, text: string): void {
  if (text.length > MAX_SIZE) throw tooLarge(name);
}

/** What cannot be read, why (`is empty`), and what to do: exit code 2. */
export function unreadable(name: string, reason: string, hint: string): ExpectedError {
  return new ExpectedError(ExitCode.usage, `cannot read ${name}: it ${reason}`, { hint });
}

function tooLarge(name: string): ExpectedError {
  return unreadable(name, "is larger than 1 MiB", "split specs into several files");
}

function decode(path: string, bytes: Uint8Array): string {
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  if (mark === 0xfffe || mark === 0xfeff) throw unreadable(path, "is UTF-16", "save it as UTF-8");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ExpectedError(ExitCode.usage, `cannot read ${path}: it is not UTF-8 text`, {
      hint: "save it as UTF-8",
      cause,
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "too many symbolic links",
  ENOTDIR: "a part of the path is not a folder",
  ENAMETOOLONG: "the name is too long",
  ENXIO: "it is not a regular file",
  ERR_INVALID_ARG_VALUE: "the path is not possible",
};

/** The error of a file system as one for the person: exit code 2, with the path and the reason. */
export function unopenable(path: string, error: unknown): ExpectedError {
  const code = (error as { code?: unknown }).code;
  const reason = typeof code === "string" ? (reasons[code] ?? code) : "the path is not possible";
  return new ExpectedError(ExitCode.usage, `cannot read ${JSON.stringify(path).slice(1, -1)}: ${reason}`, {
    cause: error,
  });
}
