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
  const printer: Printer = { lines: [], comments };
  const own = comments.get("");
  if (own?.before !== undefined) above(printer, own.before, "");
  if (Object.keys(map).length === 0) printer.lines.push("{}");
  printMap(map, "", "", printer);
  if (own?.after !== undefined) above(printer, own.after, "");
  return `${printer.lines.join("\n")}\n`;
}

interface Printer {
  readonly lines: string[];
  readonly comments: Comments;
}

function inReadingOrder(object: JsonMap): JsonMap {
  const { apiVersion, kind, metadata, ...rest } = object;
  return { apiVersion, kind, metadata, ...rest } as JsonMap;
}

/** `first` is what stands before the first key: the `- ` of a list item, or the indentation itself. */
function printMap(map: JsonMap, path: string, indent: string, printer: Printer, first = indent): void {
  let start = first;
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (value === undefined) continue;
    const child = `${path}/${pointerPart(key)}`;
    printEntry({ start, head: `${printScalar(key)}:`, value, path: child, indent, inList: false }, printer);
    start = indent;
  }
}

function printList(list: readonly Json[], path: string, indent: string, printer: Printer): void {
  list.forEach((value, index) => {
    printEntry({ start: indent, head: "-", value, path: `${path}/${index}`, indent, inList: true }, printer);
  });
}

interface Entry {
  readonly start: string;
  /** `key:` or `-`. */
  readonly head: string;
  readonly value: Json;
  readonly path: string;
  readonly indent: string;
  readonly inList: boolean;
}

function printEntry(entry: Entry, printer: Printer): void {
  const { value, path, indent } = entry;
  const comment = printer.comments.size === 0 ? undefined : printer.comments.get(path);
  let { start } = entry;
  // A comment above the first key of a list item stands above the dash.
  if (comment?.before !== undefined) start = insertAbove(printer, comment.before, start, indent);
  const line = start + entry.head;
  const behind = comment?.behind === undefined ? "" : ` ${printComment(comment.behind)}`;
  if (typeof value !== "object" || value === null) printText(line, value, indent, behind, printer);
  else if (Array.isArray(value)) printCollection(line, value as readonly Json[], entry, behind, printer);
  else printChildMap(line, value as JsonMap, entry, behind, printer);
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

function printCollection(
  line: string,
  list: readonly Json[],
  entry: Entry,
  behind: string,
  printer: Printer,
): void {
  printer.lines.push(`${line}${list.length === 0 ? " []" : ""}${behind}`);
  printList(list, entry.path, childIndent(entry), printer);
}

/** Where the entries of a collection stand: a list directly below its key, everything else two columns further in. */
function childIndent(entry: Entry): string {
  return Array.isArray(entry.value) && !entry.inList ? entry.indent : `${entry.indent}  `;
}

function printChildMap(line: string, map: JsonMap, entry: Entry, behind: string, printer: Printer): void {
  const empty = Object.keys(map).length === 0;
  const inner = childIndent(entry);
  if (empty || !entry.inList || behind !== "") {
    printer.lines.push(`${line}${empty ? " {}" : ""}${behind}`);
    printMap(map, entry.path, inner, printer);
  } else {
    printMap(map, entry.path, inner, printer, `${line} `);
  }
}

function insertAbove(printer: Printer, text: string, start: string, indent: string): string {
  const dash = start.length === indent.length && start.endsWith("- ") ? indent.slice(2) : indent;
  above(printer, text, dash);
  return start;
}

function above(printer: Printer, text: string, indent: string): void {
  for (const line of text.split("\n"))
    printer.lines.push(line === "" ? "" : `${indent}${printComment(line)}`);
}
