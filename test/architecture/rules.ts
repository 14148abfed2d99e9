import { transformSync } from "esbuild";
import { dirname, join } from "node:path/posix";

/** A source file: its path below `src/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A rule says what is wrong with one file; nothing when all is well. */
export type Rule = (file: SourceFile) => readonly string[];

const everywhere = new Set(["errors.ts", "version.ts"]);

// The map of src/README.md. `type:` allows to import types only.
const mayImport: Readonly<Record<string, readonly string[]>> = {
  manifests: [],
  facts: ["manifests"],
  tenant: ["facts", "manifests"],
  plan: ["manifests"],
  record: ["manifests", "tenant"],
  boundaries: ["tenant", "facts", "manifests"],
  render: ["boundaries", "tenant", "facts", "manifests"],
  cluster: ["manifests", "facts"],
  execute: ["plan", "record", "cluster", "manifests", "facts", "type:boundaries"],
  checks: ["execute", "plan", "record", "cluster", "render", "boundaries", "tenant", "facts", "manifests"],
  report: [
    "plan",
    "boundaries",
    "facts",
    "manifests",
    "type:tenant",
    "type:record",
    "type:execute",
    "type:checks",
  ],
  files: ["render", "tenant", "facts", "manifests"],
  planning: [
    "execute",
    "plan",
    "record",
    "cluster",
    "render",
    "boundaries",
    "tenant",
    "facts",
    "manifests",
    "report",
    "type:io.ts",
  ],
  commands: ["*"],
  "main.ts": ["commands", "io.ts", "report"],
  "io.ts": ["report"],
  "prompts.ts": ["io.ts", "report"],
  "errors.ts": [],
  "version.ts": [],
};

/** Folders that neither read nor write nor ask the clock. */
const pureFolders = new Set([
  "manifests",
  "facts",
  "tenant",
  "plan",
  "record",
  "boundaries",
  "render",
  "report",
]);

/** Imports point down only, as the map says. */
export const importsPointDown: Rule = (file) => {
  const from = layerOf(file.path);
  const allowed = mayImport[from];
  if (allowed === undefined) return [`${file.path}: the map has no ${from}`];
  return localImports(file)
    .filter(({ layer, typeOnly }) => {
      const named =
        layer === from || everywhere.has(layer) || allowed.includes(layer) || allowed.includes("*");
      return !named && !(typeOnly && allowed.includes(`type:${layer}`));
    })
    .map(({ target }) => `${file.path} must not import ${target}`);
};

/** Pure folders import nothing that reaches outside, and ask neither the clock nor chance. */
export const pureFoldersArePure: Rule = (file) => {
  if (!pureFolders.has(layerOf(file.path))) return [];
  const outside = /^node:(?!crypto$|path\/posix$|util$)/;
  const modules = importsOf(file.text).filter(({ specifier }) => outside.test(specifier));
  const asks =
    /\b(?:Date\.now|Math\.random|performance\.now|fetch|setTimeout|setInterval|randomBytes|randomUUID)\(|new Date\(\)/;
  return [
    ...modules.map(({ specifier }) => `${file.path} is pure and must not import ${specifier}`),
    ...matches(file, asks).map((found) => `${file.path} is pure and must not call ${found}`),
  ];
};

/** `process` and `console` are known to io.ts only. */
export const onlyIoKnowsTheProcess: Rule = (file) => {
  if (file.path === "io.ts") return [];
  const modules = importsOf(file.text).filter(({ specifier }) =>
    /^node:(?:process|console)$/.test(specifier),
  );
  return [
    ...modules.map(({ specifier }) => `${file.path} must not import ${specifier}`),
    ...matches(file, /(?<![.\w])(?:globalThis\.)?(?:process|console)\./).map(
      (found) => `${file.path} must not use ${found}`,
    ),
  ];
};

/** Connections are made by cluster, and requests are sent by cluster and execute. */
export const onlyClusterAndExecuteTalk: Rule = (file) => {
  const layer = layerOf(file.path);
  const network = /^node:(?:https?|http2|tls|net|dgram|dns)$/;
  const modules =
    layer === "cluster" ? [] : importsOf(file.text).filter(({ specifier }) => network.test(specifier));
  const sends = ["cluster", "execute"].includes(layer) ? [] : matches(file, /\.send\(/);
  return [
    ...modules.map(({ specifier }) => `${file.path} must not import ${specifier}`),
    ...sends.map(() => `${file.path} must not send requests`),
  ];
};

/** Only execute sends anything but GET. An access review is a question, which the API takes as a POST and never stores. */
export const onlyExecuteChanges: Rule = (file) => {
  if (layerOf(file.path) === "execute" || file.path === "cluster/access-review.ts") return [];
  const method = /\bmethod:\s*"(?:POST|PUT|PATCH|DELETE)"/;
  return method.test(compiled(file)) ? [`${file.path} must not send anything but GET`] : [];
};

/** Exports have names. */
export const noDefaultExports: Rule = (file) =>
  /^export default\b|\bas default\b/m.test(compiled(file)) ? [`${file.path} has a default export`] : [];

/** No file is longer than 300 lines. */
export const filesAreShort: Rule = (file) => {
  const lines = file.text.trimEnd().split("\n").length;
  return lines > 300 ? [`${file.path} has ${lines} lines`] : [];
};

/** A file or folder is called after what it is for. */
export const namesSaySomething: Rule = (file) => {
  const vague = /^(?:utils?|helpers?|common|misc|shared|lib|types)(?:\.ts)?$/;
  return file.path.split("/").some((part) => vague.test(part))
    ? [`${file.path} has a name that says nothing`]
    : [];
};

/** Every exported thing has a docstring; one may stand for several that follow each other without an empty line. */
export const exportsAreDocumented: Rule = (file) => {
  const lines = file.text.split("\n");
  return lines.flatMap((line, index) => {
    const name = /^export (?:async |abstract )?(?:function\*?|const|class|interface|type|enum) (\w+)/.exec(
      line,
    )?.[1];
    const before = lines[index - 1] ?? "";
    const documented = before.endsWith("*/") || /^[^\s/].*[;}]$|^[})\]]/.test(before);
    return name === undefined || documented ? [] : [`${file.path}: ${name} has no docstring`];
  });
};

/** Importing a file does nothing, and a module keeps no state. */
export const modulesAreInert: Rule = (file) =>
  compiled(file)
    .split("\n")
    .filter((line) => /^(?:let|var|await|new) |^[\w.]+\(/.test(line))
    .map((line) => `${file.path} does or keeps something at import: ${line}`);

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

function importsOf(text: string): Import[] {
  const statement =
    /^(?:import|export)\s+(type\s)?[^"'`;]*?\bfrom\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;
  return Array.from(text.matchAll(statement), ([, type, from, bare, dynamic]) => ({
    specifier: from ?? bare ?? dynamic ?? "",
    typeOnly: type !== undefined,
  }));
}

function localImports(file: SourceFile): { target: string; layer: string; typeOnly: boolean }[] {
  return importsOf(file.text)
    .filter(({ specifier }) => specifier.startsWith("."))
    .map(({ specifier, typeOnly }) => {
      const target = join(dirname(file.path), specifier);
      return { target, layer: layerOf(target), typeOnly };
    });
}

/** The folder below src, or the file when it lies in src itself. */
function layerOf(path: string): string {
  return path.split("/")[0] ?? path;
}

/** The file as JavaScript, without types and comments. */
function compiled(file: SourceFile): string {
  return transformSync(file.text, { loader: "ts", target: "esnext", logLevel: "silent" }).code;
}

/** What a pattern finds in the code, not in its texts. */
function matches(file: SourceFile, pattern: RegExp): string[] {
  const code = compiled(file).replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""');
  return Array.from(code.matchAll(new RegExp(pattern, "g")), ([found]) => found);
}
