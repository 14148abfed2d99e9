import { beforeAll, describe, expect, test } from "vitest";
import { catalogue } from "./catalogue.ts";
import { arms } from "./row.ts";
import { rows } from "./rows/all.ts";
import { runSuite, type Suite } from "./run-all.ts";

let suite: Suite;

beforeAll(async () => {
  suite = await runSuite();
}, 600_000);

test("every attack of the catalogue is sent, or it is said why not", () => {
  const sent = new Set(rows.map(({ id }) => id.split("-")[0]));
  expect(catalogue.filter(({ id, notSent }) => sent.has(id) === (notSent !== undefined))).toEqual([]);
  expect([...sent].filter((id) => !catalogue.some((row) => row.id === id))).toEqual([]);
});

test("every attack has an id of its own", () => {
  const ids = rows.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
});

test("what a bare namespace stops as well is no more than what Kubernetes keeps from everybody", () => {
  const anyway = rows.filter(({ stoppedAnyway }) => stoppedAnyway !== undefined);
  for (const { id, stoppedAnyway } of anyway)
    expect({ [id]: ["RBAC", "escalation check"] }).toEqual({
      [id]: expect.arrayContaining([stoppedAnyway?.by]),
    });
  expect(anyway.length / rows.length).toBeLessThan(1 / 3);
});

describe.each(arms)("arm %s", (arm) => {
  const outcome = arm === "bare" ? "succeeds where there are no walls" : "is stopped by what has to stop it";

  test.each(rows)(`$id: a tenant that $title ${outcome}; its twin passes`, ({ id }) => {
    const result = suite.resultOf(arm, id);
    if (result === undefined) expect(appliesElsewhere(arm, id)).toBe(true);
    else expect(result.problem).toBe("");
  });
});

/** A row that no tenant of the suite is worth attacking with proves nothing. */
function appliesElsewhere(arm: (typeof arms)[number], id: string): boolean {
  return arm !== "bare" && arms.some((other) => other !== "bare" && suite.resultOf(other, id) !== undefined);
}

test("no right of admin that a role withholds can be used between the walls, and each can be without them", () => {
  expect(suite.misplacedRights).toEqual([]);
  // On this server with those third parties. Fewer: somebody kept more, which has to be meant.
  expect(suite.withheld).toEqual({ Owner: 294, Developer: 300, Viewer: 375 });
});
