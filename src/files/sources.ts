import { mayHoldOwn } from "../tenant/own-group.ts";
import type { Source } from "../tenant/parse.ts";
import { readTextFile, refuseLong, unopenable, unreadable } from "./text-file.ts";

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
  refuseLong("stdin", text);
  return { name: "stdin", text };
}

async function readPath(path: string): Promise<readonly Source[]> {
  if (path === "") throw unreadable('""', "is no path", "name a file, a folder or - with -f");
  const { stat } = await import("node:fs/promises");
  const found = await stat(path).catch((error: unknown) => {
    throw unopenable(path, error);
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
    if (mayHoldOwn(text)) sources.push({ name, text, skipForeign: true });
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
    throw unopenable(folder, error);
  });
  const files: string[] = [];
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await specFiles(path)));
    else if (/\.ya?ml$/.test(entry.name)) files.push(path);
  }
  return files;
}

async function readText(path: string): Promise<string> {
  const text = await readTextFile(path);
  if (text !== "") return text;
  throw unreadable(path, "is empty", "a spec begins with apiVersion: mtenant.dev/v1alpha1");
}
