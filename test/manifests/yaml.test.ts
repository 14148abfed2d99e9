import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import { describe, expect, test } from "vitest";
import { printDocument, printYaml } from "../../src/manifests/yaml.ts";
import type { Json, JsonMap } from "../../src/manifests/object.ts";
import { hostileNames, hostileText } from "./hostile.ts";

function readBack(text: string): unknown[] {
  return (["1.1", "1.2"] as const).map((version) => {
    const documents = parseAllDocuments(text, { version, logLevel: "error" });
    if (!Array.isArray(documents) || documents.length !== 1) return { documents: documents.length, text };
    const [only] = documents;
    return only?.errors.length === 0 ? only.toJS() : { errors: only?.errors, text };
  });
}

// A lone surrogate cannot be encoded in UTF-8 and no Kubernetes text holds one.
const text = fc
  .oneof(hostileText, fc.constantFrom(...hostileNames), fc.string({ unit: "binary" }))
  .filter((each) => !/\p{Surrogate}/u.test(each));
const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    text,
    fc.integer(),
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      text.filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

describe("printYaml", () => {
  test("reads back equal under YAML 1.1 and 1.2, whatever the texts hold", () => {
    fc.assert(
      fc.property(json, text, (value, key) => {
        const map: JsonMap = Object.fromEntries([
          ["a", value],
          [key, value],
          ["list", [value, [value], { k: value }]],
        ]);
        const [older, newer] = readBack(printDocument(map));
        expect(older).toEqual(map);
        expect(newer).toEqual(map);
      }),
      { numRuns: 3000 },
    );
  });

  test("comments never change what is read", () => {
    fc.assert(
      fc.property(json, hostileText, (value, comment) => {
        const map: JsonMap = { a: value, list: [{ x: value, y: 1 }, value] };
        const at = (path: string) =>
          [path, { before: comment, behind: comment.replace(/\n/g, " "), after: comment }] as const;
        const printed = printDocument(
          map,
          new Map([at(""), at("/a"), at("/list"), at("/list/0"), at("/list/0/x"), at("/list/1")]),
        );
        expect(readBack(printed)).toEqual([map, map]);
      }),
      { numRuns: 1000 },
    );
  });

  test("prints as kubectl does: identity first, lists not indented, only doubtful texts quoted", () => {
    const printed = printYaml({
      spec: {
        on: "no",
        cpu: "250m",
        count: 1,
        empty: {},
        rules: [{ verbs: ["get", "list"], resources: ["*"] }, [1]],
      },
      metadata: { name: "1e3" },
      kind: "Thing",
      apiVersion: "example.com/v1",
    });
    expect(printed).toBe(`apiVersion: example.com/v1
kind: Thing
metadata:
  name: "1e3"
spec:
  "on": "no"
  cpu: 250m
  count: 1
  empty: {}
  rules:
  - verbs:
    - get
    - list
    resources:
    - "*"
  -
    - 1
`);
  });

  test("a text of several lines becomes a literal block where that is certain, else an escaped text", () => {
    expect(printDocument({ a: "one\n  two\n\nthree\n" })).toBe("a: |\n  one\n    two\n\n  three\n");
    expect(printDocument({ a: "one\ntwo" })).toBe("a: |-\n  one\n  two\n");
    expect(printDocument({ a: " one\ntwo" })).toBe('a: " one\\ntwo"\n');
    expect(printDocument({ a: "one \ntwo\n\n" })).toBe('a: "one \\ntwo\\n\\n"\n');
  });
});
