import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExpectedError } from "../../src/errors.ts";
import { fillTemplate } from "../../src/manifests/fill.ts";
import type { Json } from "../../src/manifests/object.ts";
import { parseTemplate } from "../../src/manifests/template.ts";
import { hostileText } from "./hostile.ts";

const text = `apiVersion: v1
kind: ConfigMap
metadata: {name: "n"}
a: <x>
b: pre-<x>-post
c: [<x>, {k: <x>, l: "<x> <x>"}]
`;

async function fill(source: string, values: Record<string, Json>) {
  const [document] = await parseTemplate(source, "network/mine.yaml");
  if (document === undefined) throw new Error("no document");
  return fillTemplate(document, values);
}

async function problemOf(source: string, values: Record<string, Json>): Promise<string> {
  try {
    await fill(source, values);
  } catch (error) {
    if (error instanceof ExpectedError && error.exitCode === 2)
      return [...error.problems.map((each) => `${each.where}: ${each.message}`), error.hint].join(" | ");
    throw error;
  }
  throw new Error("not refused");
}

describe("fillTemplate", () => {
  test("a value stays the text it is, whatever it holds, and is never read as a template", async () => {
    const [document] = await parseTemplate(text, "x.yaml");
    if (document === undefined) throw new Error("no document");
    fc.assert(
      fc.property(hostileText, (x) => {
        const { a, b, c } = fillTemplate(document, { x });
        expect({ a, b, c }).toEqual({ a: x, b: `pre-${x}-post`, c: [x, { k: x, l: `${x} ${x}` }] });
      }),
    );
  });

  test("a placeholder that stands alone takes any JSON", async () => {
    const value = { list: [1, true, { "<x>": "<x>" }] };
    expect((await fill("apiVersion: v1\nkind: A\nmetadata: {name: b}\nv: <x>\n", { x: value }))["v"]).toEqual(
      value,
    );
  });

  test("an unknown placeholder is refused with its place and the known ones", async () => {
    expect(await problemOf(text, { y: 1, b: 2 })).toBe(
      "network/mine.yaml/a: unknown placeholder <x> | Known in this template: <b>, <y>.",
    );
  });

  test.each(["toString", "constructor", "valueOf"])("the inherited name %s is unknown", async (name) => {
    expect(await problemOf(text.replace("a: <x>", `a: <${name}>`), { x: "1" })).toContain(
      `unknown placeholder <${name}>`,
    );
  });

  test("a list or map inside a longer text is refused", async () => {
    expect(await problemOf(text, { x: [1] })).toContain("/b: <x> is not a text");
  });

  test("null is refused, at any depth", async () => {
    expect(await problemOf(text, { x: null })).toContain("null");
    expect(await problemOf(text.replace("b: pre-<x>-post\n", ""), { x: [{ a: null }] })).toContain("null");
  });

  test("what is not a Kubernetes object is refused", async () => {
    expect(await problemOf("kind: A\nmetadata: {name: b}\n", {})).toContain("/apiVersion");
    expect(await problemOf("apiVersion: v1\nkind: A\nmetadata: {}\n", {})).toContain("/metadata/name");
    expect(await problemOf("apiVersion: v1\nkind: A\nmetadata: {name: <x>}\n", { x: 1 })).toContain(
      "/metadata/name",
    );
  });
});
