import { describe, expect, test } from "vitest";
import { ExpectedError } from "../../src/errors.ts";
import { fillTemplate } from "../../src/manifests/fill.ts";
import { parseTemplate } from "../../src/manifests/template.ts";
import { printYaml } from "../../src/manifests/yaml.ts";

async function refusal(text: string): Promise<ExpectedError> {
  const error = await parseTemplate(text, "network/mine.yaml").then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ExpectedError)) throw new Error(`not refused: ${text}`);
  return error;
}

describe("parseTemplate", () => {
  const head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
  test.each([
    ["a duplicate key", "a: 1\na: 2\n", "network/mine.yaml:5:1"],
    ["an anchor", "a: &x 1\n", "network/mine.yaml:4:7"],
    ["an alias", "a: &x [1]\nb: *x\n", "network/mine.yaml:4:7"],
    ["a merge key", "a:\n  <<: {b: 1}\n", "network/mine.yaml:5:3"],
    ["a known tag", "a: !!str 1\n", "network/mine.yaml:4:10"],
    ["an unknown tag", "a: !!js/function x\n", "network/mine.yaml:4:4"],
    ["null", "a: null\n", "network/mine.yaml:4:4"],
    ["a missing value", "a:\n", "network/mine.yaml:4:3"],
    ["a number that JSON cannot hold", "a: 12345678901234567890\n", "network/mine.yaml:4:4"],
    ["infinity", "a: .inf\n", "network/mine.yaml:4:4"],
    ["a key that is no text", "1: a\n", "network/mine.yaml:4:1"],
    ["a complex key", "? [a]\n: 1\n", "network/mine.yaml"],
    ["a placeholder in a key", "a<tenant>: 1\n", "network/mine.yaml:4:1"],
    ["__proto__", "__proto__: {a: 1}\n", "network/mine.yaml:4:1"],
    ["a NUL", 'a: "\u0000"\n', "network/mine.yaml:4"],
    ["a line separator", 'a: "\u2028"\n', "network/mine.yaml:4"],
    ["a lone carriage return", "a: 1\rb: 2\n", "network/mine.yaml:4"],
    ["a tab for indentation", "a:\n\tb: 1\n", "network/mine.yaml:5:1"],
    ["a boolean of YAML 1.1", "a: on\n", "network/mine.yaml/a"],
    ["an octal of YAML 1.1", "a: 0400\n", "network/mine.yaml/a"],
    ["an octal of YAML 1.2", "a: 0o17\n", "network/mine.yaml/a"],
    ["a sexagesimal", "a: 12:30\n", "network/mine.yaml/a"],
    ["underscores in numbers", "a: 1_000\n", "network/mine.yaml/a"],
    ["a date", "a: 2026-11-01\n", "network/mine.yaml/a"],
  ])("refuses %s, naming the place", async (_, text, where) => {
    const error = await refusal(head + text);
    expect(error.exitCode).toBe(2);
    expect(error.problems.map((each) => each.where).join()).toContain(where);
  });

  test("refuses directives, a list, a text of more than 1 MiB and deep nesting", async () => {
    expect((await refusal(`%YAML 1.1\n---\n${head}`)).problems[0]?.message).toContain("directives");
    expect((await refusal("- a\n")).message).toContain("not a Kubernetes object");
    expect((await refusal(`a: ${"x".repeat(1 << 20)}\n`)).problems[0]?.message).toContain("1 MiB");
    expect((await refusal(`a: ${"[".repeat(20_000)}`)).exitCode).toBe(2);
  });

  test("reads several documents, skips empty ones, survives JSON", async () => {
    const documents = await parseTemplate(`# one\n${head}---\n# nothing\n---\n${head}`, "x.yaml");
    expect(documents).toHaveLength(2);
    expect(JSON.parse(JSON.stringify(documents))).toEqual(documents);
  });

  test("comments stay at their places from the template to the printed object", async () => {
    const text = `# head of the file
# second line
apiVersion: v1
kind: ConfigMap # behind the kind
metadata:
  # above the name
  name: <name> # behind the name
data:
  # above a
  a: x
  b: "1"
  # below b
list:
# above the first item
- x: 1 # behind x
  # above z
  z: 2
# above the second
- two
empty: {} # nothing in it
# the end
`;
    const [document] = await parseTemplate(text, "x.yaml");
    if (document === undefined) throw new Error("no document");
    expect(printYaml(fillTemplate(document, { name: "n" }), new Map(document.comments))).toBe(
      text.replace("<name>", '"n"'),
    );
  });
});
