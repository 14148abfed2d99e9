import { readdir, readFile, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { ExitCode, ExpectedError } from "../errors.ts";
import {
  type CompiledTemplates,
  compileTemplates,
  type TemplateFile,
  type TemplateSet,
  templateSet,
} from "../render/templates.ts";
import { readTextFile } from "./text-file.ts";

/**
 * The packaged templates, with those of a folder in their places. Throws ExpectedError(2) when the folder cannot be
 * read, holds something else than templates, or leads outside of itself.
 */
export async function loadTemplates(overrideDir?: string): Promise<TemplateSet> {
  const packaged = await packagedTemplates();
  if (overrideDir === undefined) return templateSet(packaged);
  return templateSet(packaged, await compileTemplates(await readTemplates(overrideDir)));
}

/** Parsed ahead in the bundle (`dist/templates.json`); parsed now when mtenant runs from its sources. */
async function packagedTemplates(): Promise<CompiledTemplates> {
  const compiled = await readFile(new URL("./templates.json", import.meta.url), "utf8").catch(ifMissing);
  return compiled === undefined ? compilePackaged() : (JSON.parse(compiled) as CompiledTemplates);
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}

/** Compiles the folder `templates/` of the sources: what the build writes to `dist/templates.json`. */
export async function compilePackaged(): Promise<CompiledTemplates> {
  return compileTemplates(await readTemplates(fileURLToPath(new URL("../../templates", import.meta.url))));
}

/** The template files below a folder. Links that lead out of it, and names that differ only in case, are refused. */
export async function readTemplates(dir: string): Promise<TemplateFile[]> {
  const root = await realpath(dir).catch((error: unknown) => {
    throw unreadable(dir, error);
  });
  const names = await listFiles(root, dir);
  checkCase(names, dir);
  const wanted = names.filter((name) => /\.ya?ml$/.test(name)).sort();
  return Promise.all(
    wanted.map(async (name) => ({
      path: name.split(sep).join("/"),
      text: await readInside(root, name, dir),
    })),
  );
}

async function listFiles(root: string, dir: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(dir, error);
  });
  const linked = entries.filter((entry) => entry.isSymbolicLink() || entry.isFile());
  const names = linked.map((entry) => relative(root, join(entry.parentPath, entry.name)));
  return names.filter((name) => !name.split(sep).some((part) => part.startsWith(".")));
}

/** A link to a file inside the folder is fine; one to a folder, to the outside or to itself is not. */
async function readInside(root: string, name: string, dir: string): Promise<string> {
  const path = await realpath(join(root, name)).catch((error: unknown) => {
    throw unreadable(join(dir, name), error);
  });
  if (!path.startsWith(root + sep))
    throw refused(
      `The template ${join(dir, name)} leads out of the templates folder.`,
      "Copy the file into the folder.",
    );
  return readTextFile(path);
}

function checkCase(names: readonly string[], dir: string): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined)
      throw refused(
        `The templates ${join(dir, other)} and ${join(dir, name)} differ only in case.`,
        "Keep one of them: some file systems hold only one.",
      );
    seen.set(name.toLowerCase(), name);
  }
}

function refused(message: string, hint: string): ExpectedError {
  return new ExpectedError(ExitCode.usage, message, { hint });
}

function unreadable(path: string, error: unknown): ExpectedError {
  const { code } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "it does not exist",
    ENOTDIR: "it is not a folder",
    EACCES: "it may not be read",
    ELOOP: "it is a link that leads to itself",
  };
  const reason = reasons[code ?? ""] ?? String(code);
  return new ExpectedError(ExitCode.usage, `The templates in ${path} cannot be read: ${reason}.`, {
    cause: error,
  });
}
