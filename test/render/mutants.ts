import { isDeepStrictEqual } from "node:util";
import { ExpectedError } from "../../src/errors.ts";
import type { Manifest } from "../../src/manifests/manifest.ts";
import type { Json, JsonMap } from "../../src/manifests/object.ts";
import type { TemplateDocument } from "../../src/manifests/template.ts";
import { type CompiledTemplates, templateSet, type TemplateSet } from "../../src/render/templates.ts";

/** One change to one place of one rendered object, and what became of it when it came in through an override. */
export interface Mutant {
  /** `template Kind name /pointer remove`, or `… = <value>`. */
  readonly name: string;
  readonly result: "refused" | "same" | "accepted";
}

type Step = string | number;

/** Every place below a value, leaves and collections, but the value itself. */
function placesOf(value: Json, path: readonly Step[] = []): (readonly Step[])[] {
  const below =
    typeof value !== "object" || value === null
      ? []
      : Array.isArray(value)
        ? [...value.keys()]
        : Object.keys(value);
  const own = path.length === 0 ? [] : [path];
  return [
    ...own,
    ...below.flatMap((step) => placesOf((value as Record<Step, Json>)[step] as Json, [...path, step])),
  ];
}

function at(value: Json, path: readonly Step[]): Json {
  return path.reduce<Json>((node, step) => (node as Record<Step, Json>)[step] as Json, value);
}

function removed(value: Json, path: readonly Step[]): Json {
  const copy = structuredClone(value) as Json;
  const parent = at(copy, path.slice(0, -1));
  const last = path.at(-1) as Step;
  if (Array.isArray(parent)) parent.splice(last as number, 1);
  else delete (parent as Record<Step, Json>)[last];
  return copy;
}

function replaced(value: Json, path: readonly Step[], by: Json): Json {
  const copy = structuredClone(value) as Json;
  (at(copy, path.slice(0, -1)) as Record<Step, Json>)[path.at(-1) as Step] = by;
  return copy;
}

/** What else could stand there: something meaningless, and what is known to be weaker. */
function alternatives(leaf: Json): Json[] {
  if (typeof leaf === "number") return [leaf + 1, 0];
  if (typeof leaf === "boolean") return [!leaf];
  const text = String(leaf);
  if (/^\d+[A-Za-z]*$/.test(text)) return [`9${text}`, "0"];
  if (/^[\d.:a-f]+\/\d+$/.test(text)) return ["10.0.0.0/8", "0.0.0.0/0", "169.254.169.254/32"];
  const weaker: Readonly<Record<string, Json[]>> = {
    restricted: ["privileged", "baseline"],
    In: ["NotIn", "Exists", "DoesNotExist"],
    Exists: ["DoesNotExist"],
    DoesNotExist: ["Exists"],
    Deny: ["Warn", "Audit"],
    Fail: ["Ignore"],
    NoSchedule: ["PreferNoSchedule"],
    false: ["true"],
    TCP: ["UDP", "SCTP"],
    get: ["create", "*", "escalate"],
  };
  return [`${text}-altered`, ...(weaker[text] ?? [])];
}

interface Change {
  readonly what: string;
  readonly content: Json;
}

function changesOf(value: Json): Change[] {
  return placesOf(value).flatMap((path) => {
    const leaf = at(value, path);
    const where = `/${path.join("/")}`;
    const others = typeof leaf === "object" ? [] : alternatives(leaf);
    return [
      { what: `${where} remove`, content: removed(value, path) },
      ...others.map((by) => ({
        what: `${where} = ${JSON.stringify(by)}`,
        content: replaced(value, path, by),
      })),
    ];
  });
}

/** All mutants of the rendered sets, each rendered through an override of its template. */
export function mutantsOf(
  packaged: CompiledTemplates,
  render: (templates: TemplateSet) => Manifest[],
): Mutant[] {
  const original = render(templateSet(packaged));
  return original.flatMap((manifest) => {
    const { template, object } = manifest;
    const siblings = original.filter((each) => each.template === template);
    return changesOf(contentOf(manifest)).map(({ what, content }): Mutant => {
      const contents = siblings.map((each) => (each === manifest ? content : contentOf(each)));
      const documents = contents.map(
        (each): TemplateDocument => ({ template, content: each as JsonMap, comments: [] }),
      );
      const result = judge(() => render(templateSet(packaged, { [template]: documents })), original);
      return { name: `${template} ${object.kind} ${object.metadata.name} ${what}`, result };
    });
  });
}

function contentOf(manifest: Manifest): JsonMap {
  return manifest.object as unknown as JsonMap;
}

function judge(render: () => Manifest[], original: readonly Manifest[]): Mutant["result"] {
  try {
    const objects = render().map((each) => each.object);
    return isDeepStrictEqual(
      objects,
      original.map((each) => each.object),
    )
      ? "same"
      : "accepted";
  } catch (error) {
    if (error instanceof ExpectedError && error.exitCode === 2) return "refused";
    throw error;
  }
}
