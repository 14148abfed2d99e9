import type { Document, Node, Pair, YAMLMap, YAMLSeq } from "yaml";
import { type Comment, pointerPart } from "./comments.ts";
import type { YamlLibrary } from "./template.ts";

type Found = Map<string, { before?: string; behind?: string; after?: string }>;

/** The comments of a parsed document by the JSON Pointer of the node that they speak of. */
export function readComments(yaml: YamlLibrary, document: Document.Parsed): [string, Comment][] {
  const found: Found = new Map();
  add(found, "", "before", document.commentBefore);
  if (document.contents !== null) add(found, "", "before", document.contents.commentBefore);
  readNode(yaml, document.contents, "", found);
  add(found, "", "after", document.comment);
  return [...found];
}

function readNode(yaml: YamlLibrary, node: unknown, path: string, found: Found): void {
  if (!yaml.isNode(node) || yaml.isAlias(node)) return;
  const collection = yaml.isCollection(node);
  add(found, path, collection && node.flow !== true ? "after" : "behind", node.comment);
  if (yaml.isMap(node)) readMap(yaml, node, path, found);
  if (yaml.isSeq(node)) readList(yaml, node, path, found);
}

function readMap(yaml: YamlLibrary, map: YAMLMap, path: string, found: Found): void {
  for (const [index, pair] of (map.items as Pair<Node, Node | null>[]).entries()) {
    const child = `${path}/${pointerPart(String((pair.key as { value?: unknown }).value))}`;
    // What stands above the document's first key is the document's: printing may put another key first.
    add(found, path === "" && index === 0 ? "" : child, "before", pair.key.commentBefore);
    add(found, child, "behind", pair.key.comment);
    add(found, firstOf(yaml, pair.value, child), "before", pair.value?.commentBefore);
    readNode(yaml, pair.value, child, found);
  }
}

function readList(yaml: YamlLibrary, list: YAMLSeq, path: string, found: Found): void {
  list.items.forEach((item, index) => {
    const child = `${path}/${index}`;
    if (yaml.isNode(item)) add(found, child, "before", item.commentBefore);
    readNode(yaml, item, child, found);
  });
}

/** What stands above a block collection stands above its first entry. */
function firstOf(yaml: YamlLibrary, node: unknown, path: string): string {
  if (yaml.isMap(node) && node.items[0] !== undefined) {
    return `${path}/${pointerPart(String((node.items[0].key as { value?: unknown }).value))}`;
  }
  return yaml.isSeq(node) && node.items.length > 0 ? `${path}/0` : path;
}

function add(found: Found, path: string, where: keyof Comment, text: string | null | undefined): void {
  if (text === null || text === undefined) return;
  const comment = found.get(path) ?? {};
  comment[where] = comment[where] === undefined ? text : `${comment[where]}\n${text}`;
  found.set(path, comment);
}
