import { ExitCode, ExpectedError } from "../errors.ts";
import type { Source } from "../tenant/parse.ts";

const MAX_SIZE = 1024 * 1024;

/**
 * The spec files that `-f` names: files, folders (every .yaml and .yml below, sorted) and `-` for stdin. In a folder,
 * documents of others are passed over later; in a file that was named they are an error. Throws (exit code 2).
 */
export async function readSources(
  paths: readonly string[],
  readStdin: () => Promise<string>,
): Promise<Source[]> {
  const sources: Source[] = [];
  for (const path of new Set(paths)) {
    if (path === "-") sources.push(stdinSource(await readStdin()));
    else sources.push(...(await readPath(path)));
  }
  const known = new Set<string>();
  return sources.filter(({ name }) => !known.has(name) && known.add(name));
}

function stdinSource(text: string): Source {
  if (text.trim() === "")
    throw unreadable("stdin", "is empty", "pipe a spec into the command, or name a file with -f");
  if (text.length > MAX_SIZE) throw tooLarge("stdin");
  return { name: "stdin", text };
}

async function readPath(path: string): Promise<readonly Source[]> {
  if (path === "") throw unreadable('""', "is no path", "name a file, a folder or - with -f");
  const { stat } = await import("node:fs/promises");
  const found = await stat(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  if (!found.isDirectory()) return [{ name: path, text: await readText(path) }];
  return readFolder(path);
}

async function readFolder(folder: string): Promise<readonly Source[]> {
  const files = await specFiles(folder);
  if (files.length === 0)
    throw unreadable(folder, "holds no .yaml or .yml file", "name a folder of spec files");
  const sources: Source[] = [];
  for (const name of files) {
    const text = await readText(name);
    if (text.includes("mtenant.dev/")) sources.push({ name, text, skipForeign: true });
  }
  if (sources.length > 0) return sources;
  throw unreadable(
    folder,
    "holds no mtenant document",
    "a spec begins with apiVersion: mtenant.dev/v1alpha1",
  );
}

async function specFiles(folder: string): Promise<readonly string[]> {
  const { readdir } = await import("node:fs/promises");
  const { join } = await import("node:path");
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fileError(folder, error);
  });
  const files: string[] = [];
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await specFiles(path)));
    else if (/\.ya?ml$/.test(entry.name)) files.push(path);
  }
  return files;
}

/** Opens first and looks at what was opened, so that nothing can be put in its place in between; a FIFO would wait for ever. */
async function readText(path: string): Promise<string> {
  const { constants, open } = await import("node:fs/promises");
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw fileError(path, error);
  });
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw unreadable(path, "is not a regular file", "use -f - to read from a pipe");
    if (found.size > MAX_SIZE) throw tooLarge(path);
    return decode(path, await handle.readFile());
  } finally {
    await handle.close();
  }
}

function decode(path: string, bytes: Uint8Array): string {
  if (bytes.length === 0)
    throw unreadable(path, "is empty", "a spec begins with apiVersion: mtenant.dev/v1alpha1");
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

function tooLarge(name: string): ExpectedError {
  return unreadable(name, "is larger than 1 MiB", "split it into several files");
}

function unreadable(name: string, reason: string, hint: string): ExpectedError {
  return new ExpectedError(ExitCode.usage, `cannot read ${name}: it ${reason}`, { hint });
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

function fileError(path: string, error: unknown): ExpectedError {
  const code = (error as { code?: unknown }).code;
  const reason = typeof code === "string" ? (reasons[code] ?? code) : "the path is not possible";
  return new ExpectedError(ExitCode.usage, `cannot read ${JSON.stringify(path).slice(1, -1)}: ${reason}`, {
    cause: error,
  });
}
