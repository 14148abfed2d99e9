import type { Document, Node, Pair, ParsedNode, Scalar } from "yaml";
import type { Problem } from "../errors.ts";
import type { Json } from "../manifests/object.ts";
import { type Finding, type Locate, type Path, printPath } from "./finding.ts";
import { hasHiddenCharacter, lineAndColumn, MAX_SOURCE_SIZE, unprintableAt } from "./text.ts";

/** A file, folder entry or stdin, decoded. */
export interface Source {
  /** As people know it: the path as given, or `stdin`. */
  readonly name: string;
  readonly text: string;
  /** Found in a folder beside others: documents that are not mtenant's are passed over instead of refused. */
  readonly skipForeign?: boolean;
}

/** One YAML document as JSON, what was wrong with how it is written, and where its fields stand. */
export interface SourceDocument {
  readonly value: Json;
  readonly problems: readonly Problem[];
  readonly locate: Locate;
}

type Yaml = typeof import("yaml");

/** Keys that mean something to JavaScript objects themselves: never a field or a label. */
const reservedKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Reads the documents of a source strictly: YAML 1.2 core schema, no aliases, anchors, tags, merge keys or repeated
 * keys, only what JSON can hold. Documents with nothing in them are left out. Problems of a text that cannot be read
 * at all come as one document without a value.
 */
export function readYaml(yaml: Yaml, source: Source): readonly SourceDocument[] {
  const text = source.text.replace(/^\ufeff/, "");
  const fault = textFault(source.name, text);
  if (fault !== undefined) return [{ value: null, problems: [fault], locate: () => source.name }];
  const context = { yaml, text, name: source.name, treeAt: treesOnDemand(yaml, text) };
  return parseDocuments(yaml, text).flatMap((document, index) => readDocument(context, document, index));
}

interface Context {
  readonly yaml: Yaml;
  readonly text: string;
  readonly name: string;
  readonly treeAt: (index: number) => ParsedNode | null;
}

function parseDocuments(yaml: Yaml, text: string): Document.Parsed[] {
  const options = { prettyErrors: false, logLevel: "silent", merge: false } as const;
  return [...yaml.parseAllDocuments(text, options)] as Document.Parsed[];
}

/** Trees are large and needed again only to say where a problem is: they are not kept, but parsed again for the first one. */
function treesOnDemand(yaml: Yaml, text: string): Context["treeAt"] {
  let documents: readonly Document.Parsed[] | undefined;
  return (index) => {
    documents ??= parseDocuments(yaml, text);
    return (documents[index]?.contents ?? null) as ParsedNode | null;
  };
}

function textFault(name: string, text: string): Problem | undefined {
  if (text.length > MAX_SOURCE_SIZE)
    return { where: name, message: "is larger than 1 MiB, more than a spec file may be" };
  const offset = unprintableAt(text);
  if (offset < 0) return undefined;
  const code = text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, "0");
  const message = `the character U+${code} may not stand in a YAML file; is the file binary, or not UTF-8?`;
  return { where: `${name}:${lineAndColumn(text, offset)}`, message };
}

function readDocument(context: Context, document: Document.Parsed, index: number): readonly SourceDocument[] {
  const { yaml, text, name, treeAt } = context;
  const at = (offset: number) => `${name}:${lineAndColumn(text, offset)}`;
  const problems: Problem[] = [...document.errors, ...document.warnings].map((fault) => ({
    where: at(fault.pos[0]),
    message: fault.message,
  }));
  const { explicit, version } = document.directives.yaml;
  const start = document.range[0];
  if (explicit === true && version !== "1.2")
    problems.push({ where: at(start), message: `is YAML ${version}; only YAML 1.2 is read` });
  if (Object.keys(document.directives.tags).length > 1)
    problems.push({ where: at(start), message: "%TAG directives are not supported" });
  const contents = document.contents as ParsedNode | null;
  if (problems.length === 0 && isEmpty(yaml, contents)) return [];
  const reader = new Reader(yaml, (offset, message) => problems.push({ where: at(offset), message }));
  const value = problems.length === 0 && contents !== null ? reader.read(contents, []) : null;
  return [{ value, problems, locate: (finding) => at(offsetOf(yaml, treeAt(index), finding)) }];
}

function isEmpty(yaml: Yaml, contents: ParsedNode | null): boolean {
  return (
    contents === null ||
    (yaml.isScalar(contents) && contents.value === null && (contents.source ?? "") === "")
  );
}

/** Turns nodes into JSON values and reports on the way what strict reading does not allow. */
class Reader {
  private readonly yaml: Yaml;
  private readonly report: (offset: number, message: string) => void;

  constructor(yaml: Yaml, report: (offset: number, message: string) => void) {
    this.yaml = yaml;
    this.report = report;
  }

  read(node: Node | null, path: Path): Json {
    if (node === null) return null;
    const offset = node.range?.[0] ?? 0;
    if (this.yaml.isAlias(node))
      return this.refuse(
        offset,
        path,
        `aliases such as *${node.source} are not supported; write the value out`,
      );
    const anchored = node as { anchor?: string; tag?: string };
    if (anchored.anchor !== undefined)
      this.refuse(offset, path, `anchors such as &${anchored.anchor} are not supported; write the value out`);
    if (anchored.tag !== undefined)
      this.refuse(offset, path, `tags such as ${anchored.tag} are not supported; remove it`);
    if (this.yaml.isSeq(node))
      return node.items.map((item, index) => this.read(item as Node, [...path, index]));
    if (this.yaml.isMap(node)) return this.readMap(node.items as Pair[], path);
    return this.yaml.isScalar(node) ? this.readScalar(node, offset, path) : null;
  }

  private readMap(pairs: readonly Pair[], path: Path): Json {
    const map: Record<string, Json> = {};
    for (const pair of pairs) {
      const key = this.readKey(pair.key as Node | null, path);
      if (key !== undefined) map[key] = this.read(pair.value as Node | null, [...path, key]);
    }
    return map;
  }

  private readKey(key: Node | null, path: Path): string | undefined {
    const offset = key?.range?.[0] ?? 0;
    const value = this.read(key, path);
    if (typeof value !== "string") {
      const written = this.yaml.isScalar(key) ? `${key.source ?? ""}` : "";
      const remedy = written === "" ? "write it as plain text" : `put it into quotes: "${written}"`;
      this.refuse(offset, path, `a key must be a string; ${remedy}`);
      return undefined;
    }
    if (value === "<<") this.refuse(offset, path, "merge keys (<<) are not supported; write the fields out");
    else if (reservedKeys.has(value))
      this.refuse(offset, path, `the key ${JSON.stringify(value)} is not allowed`);
    else return value;
    return undefined;
  }

  private readScalar(node: Scalar, offset: number, path: Path): Json {
    const value = node.value;
    if (typeof value === "number") return this.readNumber(value, node.source ?? String(value), offset, path);
    if (typeof value === "string") {
      if (hasHiddenCharacter(value)) this.refuse(offset, path, "holds a control or invisible character");
      return value;
    }
    return typeof value === "boolean" ? value : null;
  }

  private readNumber(value: number, written: string, offset: number, path: Path): Json {
    const exact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    return exact
      ? value
      : this.refuse(
          offset,
          path,
          `the number ${written} cannot be read exactly; put it into quotes if it is text`,
        );
  }

  private refuse(offset: number, path: Path, message: string): null {
    const field = printPath(path);
    this.report(offset, field === "" ? message : `${field}: ${message}`);
    return null;
  }
}

/** The offset of the field that a finding speaks of, or of the nearest one around it that exists. */
function offsetOf(yaml: Yaml, contents: ParsedNode | null, finding: Finding): number {
  let node: Node | null = contents;
  let offset = contents?.range[0] ?? 0;
  const path = finding.key === undefined ? finding.path : [...finding.path, finding.key];
  for (const [depth, part] of path.entries()) {
    const step = stepInto(yaml, node, part);
    if (step === undefined) break;
    const isLast = depth === path.length - 1;
    offset = (isLast && finding.key !== undefined ? step.key : step.value)?.range?.[0] ?? offset;
    node = step.value;
  }
  return offset;
}

function stepInto(
  yaml: Yaml,
  node: Node | null,
  part: string | number,
): { key: Node | null; value: Node | null } | undefined {
  if (yaml.isSeq(node) && typeof part === "number") {
    const item = node.items[part] as Node | undefined;
    return item === undefined ? undefined : { key: item, value: item };
  }
  if (!yaml.isMap(node)) return undefined;
  const pair = node.items.find((item) => yaml.isScalar(item.key) && item.key.value === part);
  return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value as Node | null };
}
