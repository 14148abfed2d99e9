import type { Dirent } from "node:fs";
import { lstat, readdir, readFile, rm, rmdir } from "node:fs/promises";
import { dirname, join, posix, resolve, sep } from "node:path";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { Owner } from "../manifests/manifest.ts";
import {
  folderOf,
  OUTPUT_MARKER,
  type OutputFile,
  outputFolder,
  type OwnerSet,
  type PresentOwners,
} from "../render/folder.ts";
import { DRAFT, makeFolder, whyUnwritable, writeAtomically } from "./write-file.ts";

/** What writing a folder did; paths relative to the folder, with `/`. */
export interface FolderOutcome {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
  /** The tenants of earlier runs that are listed and were not rendered now. */
  readonly others: readonly string[];
}

/** How a folder is written. */
export interface FolderOptions {
  /** Tenants of earlier runs that are not rendered now go: their files, and from the list. */
  readonly prune?: boolean;
}

/**
 * Writes rendered sets into a folder (`outputFolder` says which files). Files with the same bytes are left alone; each
 * other one is written beside its place and renamed, so that no reader sees half of it; files of the same owners that
 * mtenant wrote before and that are no longer wanted are removed, with `prune` those of other tenants too. Everything else in the folder is left alone. Throws
 * ExpectedError before the first write: 2 when the folder is a link or a file, 4 when a file in the way is not
 * mtenant's; 3 when the file system refuses.
 */
export async function writeOutputFolder(
  dir: string,
  sets: readonly OwnerSet[],
  { prune = false }: FolderOptions = {},
): Promise<FolderOutcome> {
  if (dir === "") throw new ExpectedError(ExitCode.usage, "the output folder has no name");
  const before = await presentOwners(dir);
  const others = before.tenants.filter((name) => !sets.some((set) => isOf(set, name))).sort();
  const files = outputFolder(sets, prune ? { ...before, tenants: [] } : before);
  const present = await checkPlaces(dir, files);
  const pruned = prune ? others.flatMap((name) => foldersOf({ kind: "tenant", name })) : [];
  for (const folder of pruned) await checkFolder(join(dir, folder), dir);
  const stale = await staleFiles(dir, [...sets.flatMap(({ owner }) => foldersOf(owner)), ...pruned], files);
  try {
    const results = await writeAll(dir, files, present);
    for (const path of stale) await rm(join(dir, path));
    for (const folder of pruned.toReversed()) await removeIfEmpty(join(dir, folder));
    return { ...results, removed: stale, others: prune ? [] : others };
  } catch (error) {
    throw unwritableFolder(dir, error);
  }
}

function isOf({ owner }: OwnerSet, tenant: string): boolean {
  return owner.kind === "tenant" && owner.name === tenant;
}

/** The folders in which an owner's files are, the inner one last. */
function foldersOf(owner: Owner): string[] {
  return [folderOf(owner), `${folderOf(owner)}/access`];
}

/** What others put into it stays, and so does the folder. */
async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOTEMPTY" && error.code !== "ENOENT") throw error;
  });
}

async function presentOwners(dir: string): Promise<PresentOwners> {
  await checkFolder(dir, dir);
  await checkFolder(join(dir, "tenants"), dir);
  const names = (await entriesOf(join(dir, "tenants")))
    .filter((each) => each.isDirectory())
    .map((each) => each.name);
  const ours = await Promise.all(
    names.map((name) => isOurs(join(dir, "tenants", name, "kustomization.yaml"))),
  );
  return {
    cluster: (await isOurs(join(dir, "cluster", "kustomization.yaml"))) === true,
    tenants: names.filter((_, at) => ours[at] === true),
  };
}

/** `undefined`: there is no such file. */
async function isOurs(path: string): Promise<boolean | undefined> {
  const text = await readIfThere(path);
  return text === undefined ? undefined : text.startsWith(OUTPUT_MARKER);
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    // A folder in the place of a file: it says nothing of mtenant, and so it is refused as what others made.
    if (error.code === "EISDIR") return "";
    throw unwritableFolder(path, error);
  });
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw unwritableFolder(folder, error);
  });
}

/** Every folder on the way must be a folder itself, and every file in a place of ours must be ours. Returns what is there. */
async function checkPlaces(dir: string, files: readonly OutputFile[]): Promise<Present> {
  const folders = new Set<string>();
  for (const { path } of files) {
    const place = resolve(dir, path);
    if (!place.startsWith(resolve(dir) + sep))
      throw new Error(`the path ${path} leads out of the output folder`);
    for (let at = dirname(path); at !== "."; at = dirname(at)) folders.add(at);
  }
  const present = { folders: new Set<string>(["."]), files: new Set<string>() };
  for (const folder of [...folders].sort()) {
    if (present.folders.has(dirname(folder)) && (await checkFolder(join(dir, folder), dir)))
      present.folders.add(folder);
  }
  for (const { path } of files) {
    if (present.folders.has(dirname(path)) && (await checkFile(join(dir, path)))) present.files.add(path);
  }
  return present;
}

/** What is in the output folder already, of the folders and files that are wanted; in one that is missing nothing is looked for. */
interface Present {
  readonly folders: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
}

/** Is there such a folder? */
async function checkFolder(path: string, dir: string): Promise<boolean> {
  const found = await lstatIfThere(path);
  if (found === undefined) return false;
  if (found.isDirectory()) return true;
  const what = found.isSymbolicLink() ? "a symbolic link" : "not a folder";
  throw new ExpectedError(ExitCode.usage, `The output folder ${dir} cannot be used: ${path} is ${what}.`, {
    hint: "Name a real folder, or one that does not exist yet.",
  });
}

/** Is there such a file, and is it ours? */
async function checkFile(path: string): Promise<boolean> {
  const found = await lstatIfThere(path);
  if (found === undefined) return false;
  if (found.isFile() && (await isOurs(path)) === true) return true;
  throw new ExpectedError(
    ExitCode.refused,
    `${path} is not a file that mtenant wrote, so it is not overwritten.`,
    {
      hint: "Move it away, or name another output folder.",
    },
  );
}

async function lstatIfThere(path: string) {
  return lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw unwritableFolder(path, error);
  });
}

/** Files in the folder and in these below it that mtenant wrote before, for objects that are no longer rendered; and drafts. */
async function staleFiles(
  dir: string,
  folders: readonly string[],
  files: readonly OutputFile[],
): Promise<string[]> {
  const wanted = new Set(files.map(({ path }) => path));
  const stale: string[] = [];
  for (const folder of [".", ...folders]) {
    for (const { name } of (await entriesOf(join(dir, folder))).filter((each) => each.isFile())) {
      const path = posix.join(folder, name);
      if (DRAFT.test(name)) stale.push(path);
      else if (!name.endsWith(".yaml") || wanted.has(path)) continue;
      else if ((await isOurs(join(dir, path))) === true) stale.push(path);
    }
  }
  return stale.sort();
}

/** Objects before the Kustomizations that list them, and those from the inside out: no list ever names a missing file. */
async function writeAll(
  dir: string,
  files: readonly OutputFile[],
  present: Present,
): Promise<{ written: string[]; unchanged: string[] }> {
  const written: string[] = [];
  const unchanged: string[] = [];
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) {
    await makeFolder(join(dir, folder));
  }
  const isList = ({ path }: OutputFile): boolean => path.endsWith("kustomization.yaml");
  for (const file of [...files.filter((each) => !isList(each)), ...files.filter(isList)]) {
    const target = join(dir, file.path);
    const isSame = present.files.has(file.path) && (await readIfThere(target)) === file.text;
    (isSame ? unchanged : written).push(file.path);
    if (!isSame) await writeAtomically(target, file.text);
  }
  return { written, unchanged };
}

function unwritableFolder(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof ExpectedError || code === undefined) return error;
  const hint = "Mend that, or name another folder. A rerun writes what is missing.";
  return new ExpectedError(
    ExitCode.unable,
    `The output folder ${path} cannot be written: ${whyUnwritable(error)}.`,
    { hint, cause: error },
  );
}
