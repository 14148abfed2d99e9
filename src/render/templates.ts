import { ExitCode, ExpectedError, type Problem } from "../errors.ts";
import type { Comments } from "../manifests/comments.ts";
import { parseTemplate, type TemplateDocument } from "../manifests/template.ts";

/** A template file as read: its path below the templates folder with `/` between the parts, and its text. */
export interface TemplateFile {
  readonly path: string;
  readonly text: string;
}

/** Parsed templates by path, as plain JSON: what the build keeps in `dist/templates.json`. */
export type CompiledTemplates = Readonly<Record<string, readonly TemplateDocument[]>>;

/** One document ready to be filled. Its comments are shared by everything rendered from it. */
export interface PreparedDocument {
  readonly document: TemplateDocument;
  readonly comments: Comments;
}

/** What is rendered from: the packaged templates, or an administrator's in their place. */
export interface TemplateSet {
  readonly documents: ReadonlyMap<string, readonly PreparedDocument[]>;
  /** The packaged ones alone: guarantees may compare with what they render to. */
  readonly packaged: ReadonlyMap<string, readonly PreparedDocument[]>;
  /** The paths of the files that replace packaged ones. */
  readonly overridden: ReadonlySet<string>;
}

/** Parses template files. Throws ExpectedError(2) for paths and texts that are not templates. */
export async function compileTemplates(files: readonly TemplateFile[]): Promise<CompiledTemplates> {
  checkPaths(files.map((file) => file.path));
  const compiled: [string, TemplateDocument[]][] = [];
  for (const file of [...files].sort((one, other) => (one.path < other.path ? -1 : 1))) {
    compiled.push([file.path, await parseTemplate(file.text, file.path)]);
  }
  return Object.fromEntries(compiled);
}

/**
 * The packaged templates with the overriding ones in their places. Throws ExpectedError(2) for an override of
 * something that mtenant has no template for.
 */
export function templateSet(packaged: CompiledTemplates, overrides: CompiledTemplates = {}): TemplateSet {
  const unknown = Object.keys(overrides).filter((path) => !Object.hasOwn(packaged, path));
  if (unknown.length > 0) throw unknownTemplates(unknown, Object.keys(packaged));
  const shipped = prepareAll(packaged);
  const overridden = new Set(Object.keys(overrides));
  return { documents: new Map([...shipped, ...prepareAll(overrides)]), packaged: shipped, overridden };
}

function prepareAll(compiled: CompiledTemplates): Map<string, readonly PreparedDocument[]> {
  return new Map(Object.entries(compiled).map(([path, list]) => [path, list.map(prepare)]));
}

function prepare(document: TemplateDocument): PreparedDocument {
  return { document, comments: new Map(document.comments) };
}

const LEGAL_PATH = /^[a-z0-9][a-z0-9-]*(?:\/[a-z0-9][a-z0-9-]*)*\.yaml$/;

function checkPaths(paths: readonly string[]): void {
  const problems: Problem[] = paths
    .filter((path) => !LEGAL_PATH.test(path))
    .map((path) => ({
      where: JSON.stringify(path),
      message: "a template is called <boundary>/<name>.yaml, in lower-case letters, digits and hyphens",
    }));
  if (problems.length > 0)
    throw new ExpectedError(ExitCode.usage, "These files are not templates.", { problems });
}

function unknownTemplates(unknown: readonly string[], known: readonly string[]): ExpectedError {
  const problems = unknown.map((path) => {
    const near = nearest(path, known);
    return {
      where: path,
      message:
        near === undefined
          ? "mtenant has no such template"
          : `mtenant has no such template; did you mean ${near}?`,
    };
  });
  return new ExpectedError(ExitCode.usage, "The templates folder overrides templates that do not exist.", {
    problems,
    hint: `Templates are: ${[...known].sort().join(", ")}.`,
  });
}

/** The known path that is fewest edits away, if it is near enough to be a slip. */
function nearest(path: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((each) => ({ each, edits: editDistance(path, each) }))
    .sort((one, other) => one.edits - other.edits);
  const [best] = ranked;
  return best !== undefined && best.edits <= Math.max(2, path.length / 4) ? best.each : undefined;
}

/** Levenshtein's distance, row by row. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
