import { expect, test } from "vitest";
import { diagnosesAsText } from "../../src/report/diagnoses-text.ts";
import { plainStyle } from "../../src/report/style.ts";

const diagnosis = (health: "good" | "warning" | "bad" | "unknown") =>
  ({ topic: "t", health, message: "m", evidence: [] }) as const;

test("the last line of the diagnoses says how many there are of each, and what the signs mean", () => {
  const all = (["good", "bad", "good", "warning", "unknown"] as const).map(diagnosis);
  expect(diagnosesAsText(all, plainStyle).trimEnd().split("\n").at(-1)).toBe(
    "✓ 2 good · ! 1 to know · ✗ 1 bad: a wall does not hold here · ? 1 not known",
  );
  expect(diagnosesAsText([diagnosis("good")], plainStyle)).toBe("✓ t: m\n✓ 1 good\n");
});
