import { randomBytes } from "node:crypto";
import { lstat, mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ExitCode, ExpectedError } from "../errors.ts";

/** What a run that was killed between writing a file and renaming it leaves. */
export const DRAFT = /^\.mtenant-[0-9a-f]{12}\.tmp$/;

/** Writes a file beside its place and renames it, so that no reader ever sees half of it, and a full disk costs nothing. */
export async function writeAtomically(target: string, text: string): Promise<void> {
  const draft = join(dirname(target), `.mtenant-${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeFile(draft, text, { flag: "wx" });
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` tries for ever below a folder that is there
 * and that nothing can be made in, as Linux's /proc.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder);
  }
}

/** Writes a file that a flag names: what is there already is replaced as a whole, and a device or a link is written through. */
export async function writeNamed(file: string, text: string): Promise<void> {
  const found = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" && file !== "") return undefined;
    throw error;
  });
  if (found === undefined || found.isFile()) await writeAtomically(file, text);
  else await writeFile(file, text);
}

/** Writes a file that must not exist; what could not be written to its end is taken away again. Throws as `unwritable`. */
export async function writeNew(file: string, text: string, hint: string): Promise<void> {
  const handle = await open(file, "wx").catch((error: unknown) => {
    throw unwritable(file, error, hint);
  });
  try {
    await handle.writeFile(text);
  } catch (error) {
    await rm(file, { force: true });
    throw unwritable(file, error, hint);
  } finally {
    await handle.close();
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "it may not be written",
  EPERM: "it may not be written",
  EROFS: "its file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the quota of the disk is used up",
  EFBIG: "files may not be as large as that here",
  ENAMETOOLONG: "a name is too long for its file system",
  ENOENT: "its folder does not exist",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder",
};

/** Why a file system refused to write, in words; the code of what is not known here. */
export function whyUnwritable(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? "the path is not possible" : (reasons[code] ?? code);
}

const wrongName: ReadonlySet<string | undefined> = new Set([
  "EEXIST",
  "ENOENT",
  "ENOTDIR",
  "EISDIR",
  "ERR_INVALID_ARG_VALUE",
]);

/** The error of a file that cannot be written: exit code 2 when another name helps, 3 when the file system refuses. */
export function unwritable(what: string, cause: unknown, hint?: string): ExpectedError {
  const { code } = cause as NodeJS.ErrnoException;
  const message =
    code === "EEXIST"
      ? `${what} exists already; nothing was changed`
      : `${what} cannot be written: ${whyUnwritable(cause)}`;
  const exitCode = wrongName.has(code) ? ExitCode.usage : ExitCode.unable;
  return new ExpectedError(exitCode, message, { cause, ...(hint === undefined ? {} : { hint }) });
}
