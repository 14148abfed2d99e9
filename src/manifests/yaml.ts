import { type Comments, pointerPart } from "./comments.ts";
import type { Json, JsonMap, KubernetesObject } from "./object.ts";
import { blockScalar, printComment, printScalar } from "./yaml-scalars.ts";

const noComments: Comments = new Map();

/**
 * Prints one object as one YAML document that reads back equal under YAML 1.1 (kubectl) and 1.2, in the style of
 * kubectl: block collections, lists not indented. apiVersion, kind and metadata come first, the rest stays in its
 * order. The text ends with a line break and has no `---`.
 */
export function printYaml(object: KubernetesObject, comments: Comments = noComments): string {
  return printDocument(inReadingOrder(object as unknown as JsonMap), comments);
}

/** Prints any JSON map in the same way, in its own order. */
export function printDocument(map: JsonMap, comments: Comments = noComments): string {
  const printer: Printer = { lines: [], comments, commented: commentedPaths(comments) };
  const own = comments.get("");
  if (own?.before !== undefined) above(printer, own.before, "");
  if (Object.keys(map).length === 0) printer.lines.push("{}");
  printMap(map, comments.size === 0 ? undefined : "", "", printer);
  if (own?.after !== undefined) above(printer, own.after, "");
  return `${printer.lines.join("\n")}\n`;
}

/** The JSON Pointer of a node; `undefined` where neither it nor anything below has a comment, which is most places. */
type Path = string | undefined;

interface Printer {
  readonly lines: string[];
  readonly comments: Comments;
  readonly commented: ReadonlySet<string>;
}

// Not state: a pure function of comments that never change; all objects of a template share them.
const ancestors = new WeakMap<Comments, ReadonlySet<string>>();

function commentedPaths(comments: Comments): ReadonlySet<string> {
  const paths = ancestors.get(comments) ?? withAncestors(comments);
  ancestors.set(comments, paths);
  return paths;
}

/** The paths of all comments, and of everything around them. */
function withAncestors(comments: Comments): Set<string> {
  const paths = new Set<string>();
  for (const path of comments.keys()) {
    for (let at = path.indexOf("/", 1); at >= 0; at = path.indexOf("/", at + 1)) paths.add(path.slice(0, at));
    paths.add(path);
  }
  return paths;
}

function childPath(path: Path, part: string | number, { commented }: Printer): Path {
  if (path === undefined) return undefined;
  const child = `${path}/${pointerPart(part)}`;
  return commented.has(child) ? child : undefined;
}

function inReadingOrder(object: JsonMap): JsonMap {
  const { apiVersion, kind, metadata, ...rest } = object;
  return { apiVersion, kind, metadata, ...rest } as JsonMap;
}

/** `first` is what stands before the first key: the `- ` of a list item, or the indentation itself. */
function printMap(map: JsonMap, path: Path, indent: string, printer: Printer, first = indent): void {
  let start = first;
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (value === undefined) continue;
    const line = `${start}${printScalar(key)}:`;
    printEntry({ line, value, path: childPath(path, key, printer), indent, inList: false, start }, printer);
    start = indent;
  }
}

function printList(list: readonly Json[], path: Path, indent: string, printer: Printer): void {
  list.forEach((value, index) => {
    printEntry(
      {
        line: `${indent}-`,
        value,
        path: childPath(path, index, printer),
        indent,
        inList: true,
        start: indent,
      },
      printer,
    );
  });
}

interface Entry {
  /** Up to and with `key:` or `-`. */
  readonly line: string;
  readonly value: Json;
  readonly path: Path;
  readonly indent: string;
  readonly inList: boolean;
  readonly start: string;
}

function printEntry(entry: Entry, printer: Printer): void {
  const { value, path, indent, line } = entry;
  const comment = path === undefined ? undefined : printer.comments.get(path);
  // A comment above the first key of a list item stands above the dash.
  if (comment?.before !== undefined)
    above(printer, comment.before, entry.start === indent ? indent : indent.slice(2));
  const behind = comment?.behind === undefined ? "" : ` ${printComment(comment.behind)}`;
  if (typeof value !== "object" || value === null) printText(line, value, indent, behind, printer);
  else if (Array.isArray(value)) printCollection(value as readonly Json[], entry, behind, printer);
  else printChildMap(value as JsonMap, entry, behind, printer);
  // Never deeper than the entries: below a literal block it would become part of the text.
  if (comment?.after !== undefined && typeof value === "object")
    above(printer, comment.after, childIndent(entry));
}

function printText(line: string, value: Json, indent: string, behind: string, printer: Printer): void {
  const block = typeof value === "string" ? blockScalar(value) : undefined;
  if (block === undefined) {
    printer.lines.push(`${line} ${printScalar(value)}${behind}`);
    return;
  }
  printer.lines.push(`${line} ${block.header}${behind}`);
  for (const each of block.lines) printer.lines.push(each === "" ? "" : `${indent}  ${each}`);
}

function printCollection(list: readonly Json[], entry: Entry, behind: string, printer: Printer): void {
  printer.lines.push(`${entry.line}${list.length === 0 ? " []" : ""}${behind}`);
  if (entry.path === undefined && list.length >= LONG)
    printer.lines.push(printedOnce(list, childIndent(entry), printList));
  else printList(list, entry.path, childIndent(entry), printer);
}

/**
 * The length from which a list or map is worth keeping printed: the rules of a Role, and the quota of a size, are the
 * same in a thousand tenants.
 */
const LONG = 8;

// Not state: a pure function of values that never change.
const printed = new WeakMap<object, { readonly indent: string; readonly text: string }>();

type Print<Collection> = (collection: Collection, path: Path, indent: string, printer: Printer) => void;

function printedOnce<Collection extends object>(
  collection: Collection,
  indent: string,
  print: Print<Collection>,
): string {
  const known = printed.get(collection);
  if (known?.indent === indent) return known.text;
  const printer: Printer = { lines: [], comments: noComments, commented: new Set() };
  print(collection, undefined, indent, printer);
  const text = printer.lines.join("\n");
  printed.set(collection, { indent, text });
  return text;
}

/** Where the entries of a collection stand: a list directly below its key, everything else two columns further in. */
function childIndent(entry: Entry): string {
  return Array.isArray(entry.value) && !entry.inList ? entry.indent : `${entry.indent}  `;
}

function printChildMap(map: JsonMap, entry: Entry, behind: string, printer: Printer): void {
  const size = Object.keys(map).length;
  const inner = childIndent(entry);
  if (size === 0 || !entry.inList || behind !== "") {
    printer.lines.push(`${entry.line}${size === 0 ? " {}" : ""}${behind}`);
    if (entry.path === undefined && size >= LONG)
      printer.lines.push(printedOnce<JsonMap>(map, inner, printMap));
    else printMap(map, entry.path, inner, printer);
  } else {
    printMap(map, entry.path, inner, printer, `${entry.line} `);
  }
}

function above(printer: Printer, text: string, indent: string): void {
  for (const line of text.split("\n"))
    printer.lines.push(line === "" ? "" : `${indent}${printComment(line)}`);
}
