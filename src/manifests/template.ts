import type { Document, ParsedNode, YAMLError } from "yaml";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { Comment } from "./comments.ts";
import { readComments } from "./template-comments.ts";
import { checkSource, checkTree } from "./template-checks.ts";
import type { Json, JsonMap } from "./object.ts";

/**
 * One document of a template, parsed: plain JSON with `<placeholder>` texts, and its comments by JSON Pointer. It
 * survives `JSON.stringify`, so the packaged templates are parsed when mtenant is built and never when it runs.
 */
export interface TemplateDocument {
  /** The file below the templates folder. */
  readonly template: string;
  readonly content: JsonMap;
  readonly comments: readonly (readonly [path: string, comment: Comment])[];
}

/** The types of `yaml`, which is loaded only when a file has to be parsed. */
export type YamlLibrary = typeof import("yaml");

/**
 * Parses the documents of one template file. Throws ExpectedError(2) that names file, line and column for: YAML
 * errors and warnings, duplicate keys, anchors, aliases, tags, merge keys, directives, nulls, numbers that JSON cannot
 * hold, control characters, and values that YAML 1.1 (kubectl) and YAML 1.2 read differently (`on`, `0400`, `1e3`).
 */
export async function parseTemplate(text: string, template: string): Promise<TemplateDocument[]> {
  checkSource(text, template);
  const yaml = await import("yaml");
  const documents = parseAs(yaml, text, template, "1.2");
  checkOneMeaning(documents, parseAs(yaml, text, template, "1.1"), template);
  return documents.map((each) => toTemplate(yaml, each, template));
}

/** Nothing, or nothing but comments, between two `---`. */
function isEmpty(yaml: YamlLibrary, document: Document.Parsed): boolean {
  return document.contents === null || (yaml.isScalar(document.contents) && document.contents.source === "");
}

function parseAs(
  yaml: YamlLibrary,
  text: string,
  template: string,
  version: "1.1" | "1.2",
): Document.Parsed[] {
  const options = { version, uniqueKeys: true, merge: false, prettyErrors: true } as const;
  const documents = yaml.parseAllDocuments<ParsedNode>(text, options);
  if (!Array.isArray(documents)) return [];
  for (const document of documents) {
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem !== undefined) throw yamlError(problem, template);
    if (!isEmpty(yaml, document)) checkTree(yaml, document, template, text);
  }
  return documents.filter((each) => !isEmpty(yaml, each));
}

function yamlError(problem: YAMLError, template: string): ExpectedError {
  const at = problem.linePos?.[0];
  const where = at === undefined ? template : `${template}:${at.line}:${at.col}`;
  const message = (problem.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
  return new ExpectedError(ExitCode.usage, `The template ${template} is not YAML that mtenant accepts.`, {
    problems: [{ where, message }],
    cause: problem,
  });
}

function checkOneMeaning(
  newer: readonly Document.Parsed[],
  older: readonly Document.Parsed[],
  template: string,
): void {
  newer.forEach((document, index) => {
    const path = difference(document.toJS() as Json, older[index]?.toJS() as Json, "");
    if (path === undefined) return;
    throw new ExpectedError(
      ExitCode.usage,
      `The template ${template} means one thing in YAML 1.1 (kubectl) and another in YAML 1.2.`,
      {
        problems: [{ where: `${template}${path}`, message: "the two versions read this value differently" }],
        hint: "Quote the value, or write it out.",
      },
    );
  });
}

/** The JSON Pointer of the first place where two values differ; `undefined` when they are equal. */
function difference(one: Json | undefined, other: Json | undefined, path: string): string | undefined {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return Object.is(one, other) ? undefined : path;
  }
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  for (const key of keys) {
    const found = difference((one as JsonMap)[key], (other as JsonMap)[key], `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function toTemplate(yaml: YamlLibrary, document: Document.Parsed, template: string): TemplateDocument {
  if (!yaml.isMap(document.contents)) {
    throw new ExpectedError(
      ExitCode.usage,
      `The template ${template} holds a document that is not a Kubernetes object.`,
      {
        hint: "Each document must be a map with apiVersion, kind and metadata.",
      },
    );
  }
  return { template, content: document.toJS() as JsonMap, comments: readComments(yaml, document) };
}
