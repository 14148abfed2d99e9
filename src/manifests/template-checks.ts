import type { Document, LineCounter, Node, Pair } from "yaml";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { YamlLibrary } from "./template.ts";

/** Larger files are not templates: parsing takes time that grows faster than the text. */
const MAX_BYTES = 1024 * 1024;

/** What no YAML reader agrees on: control characters, and line breaks that only some versions know. */
const UNREADABLE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff]|\r(?!\n)/u;

/** Keys that mean something to JavaScript objects and nothing to Kubernetes. */
const RESERVED_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** Refuses text that is too large or holds characters that YAML readers disagree on. */
export function checkSource(text: string, template: string): void {
  if (text.length > MAX_BYTES) throw refusal(template, "it is larger than 1 MiB");
  const at = text.search(UNREADABLE);
  if (at < 0) return;
  const line = text.slice(0, at).split("\n").length;
  const code = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  throw refusal(
    `${template}:${line}`,
    `it holds the character U+${code}, which YAML readers disagree on`,
    template,
  );
}

/** Refuses what a template has no use for and readers disagree on: anchors, aliases, tags, merge keys, nulls. */
export function checkTree(
  yaml: YamlLibrary,
  document: Document.Parsed,
  template: string,
  text: string,
): void {
  if (document.directives.yaml.explicit || Object.keys(document.directives.tags).length > 1) {
    throw refusal(template, "a template has no directives (%YAML, %TAG)");
  }
  const counter = new yaml.LineCounter();
  counter.addNewLine(0);
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) counter.addNewLine(at + 1);
  const refuse = (node: unknown, message: string): never => {
    throw refusal(`${template}${place(node, counter)}`, message, template);
  };
  yaml.visit(document, {
    Alias: (_, node) => refuse(node, "aliases are not supported in templates; write the value out"),
    Pair: (_, pair) => checkPair(yaml, pair, refuse),
    Node: (key, node) => {
      if (yaml.isAlias(node)) return;
      if (node.anchor !== undefined)
        refuse(node, "anchors are not supported in templates; write the value out");
      if (node.tag !== undefined && yaml.isNode(node) && hasExplicitTag(node))
        refuse(node, `the tag ${node.tag} is not supported`);
      if (yaml.isScalar(node)) checkScalar(node.value, key === "key", node, refuse);
    },
  });
}

type Refuse = (node: unknown, message: string) => never;

function checkPair(yaml: YamlLibrary, pair: Pair, refuse: Refuse): void {
  if (!yaml.isScalar(pair.key) || typeof pair.key.value !== "string")
    refuse(pair.key, "keys must be texts; quote what some YAML version reads as something else");
  const key = (pair.key as { value: string }).value;
  if (key === "<<") refuse(pair.key, "merge keys are not supported in templates; write the values out");
  if (RESERVED_KEYS.has(key)) refuse(pair.key, `the key ${key} is not allowed`);
  if (pair.value === null) refuse(pair.key, `${key} has no value; write one, or leave the key out`);
}

function checkScalar(value: unknown, isKey: boolean, node: Node, refuse: Refuse): void {
  if (value === null) refuse(node, "null is not allowed: the server would store it as an empty value");
  if (typeof value === "number" && !isJsonNumber(value))
    refuse(node, "this number cannot be kept exactly; quote it");
  if (isKey && /<[a-z][A-Za-z]*>/.test(String(value))) refuse(node, "a key cannot hold a placeholder");
}

function isJsonNumber(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/** The composer sets `tag` on parsed nodes only where the text states one; collections carry their default tag. */
function hasExplicitTag(node: Node): boolean {
  const implicit = ["tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"];
  return !implicit.includes((node as { tag?: string }).tag ?? "");
}

function place(node: unknown, counter: LineCounter): string {
  const offset = (node as { range?: readonly number[] | null } | null)?.range?.[0];
  if (offset === undefined) return "";
  const { line, col } = counter.linePos(offset);
  return `:${line}:${col}`;
}

function refusal(where: string, message: string, template = where): ExpectedError {
  return new ExpectedError(ExitCode.usage, `The template ${template} is not YAML that mtenant accepts.`, {
    problems: [{ where, message }],
  });
}
