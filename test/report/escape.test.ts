import fc from "fast-check";
import { expect, test } from "vitest";
import { errorAsText } from "../../src/report/error-text.ts";
import { escapeControl, escapeLine, printable } from "../../src/report/escape.ts";
import { plainStyle } from "../../src/report/style.ts";
import { ExitCode, ExpectedError } from "../../src/errors.ts";

const ESC = "\u001b";
const unsafe = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

test.for([
  ["a colour", `${ESC}[31m`, "\\u001b[31m"],
  ["a C1 control", "\u009b31m", "\\u009b31m"],
  ["a carriage return", "a\rb", "a\\u000db"],
  ["a tab", "a\tb", "a\\u0009b"],
  ["a mark that reorders", "\u202etxt.exe", "\\u202etxt.exe"],
  ["an Arabic letter mark", "a\u061cb", "a\\u061cb"],
  ["a soft hyphen", "a\u00adb", "a\\u00adb"],
  ["a line separator", "a\u2028b", "a\\u2028b"],
  ["a tag outside the basic plane", "a\u{e0041}b", "a\\udb40\\udc41b"],
  ["half a character", "a\ud800b", "a\\ud800b"],
  ["nothing of the kind", "å–日本 🏔", "å–日本 🏔"],
] as const)("text with %s is shown, not obeyed", ([, text, shown]) => {
  expect(escapeControl(text)).toBe(shown);
});

test("a name stays one line", () => {
  expect(escapeLine("a\ntenant b  no difference")).toBe("a\\ntenant b  no difference");
});

test("no text gets anything out that acts on a terminal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(printable(text, { coloured: false })).not.toMatch(unsafe);
    }),
  );
});

test("with colours only theirs get out, so that none of them can hide or move what is printed", () => {
  const ours = `${ESC}[31mred${ESC}[39m ${ESC}[1mstrong${ESC}[22m`;
  expect(printable(ours, { coloured: true })).toBe(ours);
  expect(printable(ours, { coloured: false })).not.toContain(ESC);
  for (const theirs of [`${ESC}[8mhidden`, `${ESC}[2K`, `${ESC}]0;title\u0007`, `${ESC}[31;8m`]) {
    expect(printable(theirs, { coloured: true })).not.toContain(ESC);
  }
});

test("JSON means the same afterwards", () => {
  const data = { a: `${ESC}\u009b\u202e\u2028\u{e0041}` };
  const printed = printable(JSON.stringify(data), { coloured: false });
  expect(printed).not.toMatch(unsafe);
  expect(JSON.parse(printed)).toEqual(data);
});

test("a server's sentences of several lines never begin where ours begin", () => {
  const problems = [{ where: "a\nhint: b", message: "c\nhint: d" }];
  const error = new ExpectedError(ExitCode.unable, "refused\nerror: none", { problems, hint: "e\nhint: f" });
  expect(errorAsText(error, plainStyle).split("\n")).toEqual([
    "error: refused",
    "  error: none",
    "  a\\nhint: b: c",
    "    hint: d",
    "hint: e",
    "  hint: f",
  ]);
});
