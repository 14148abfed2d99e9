import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../boundaries/guards/guarded-cluster.ts";
import { type Grounds, prepareGrounds } from "./arms.ts";
import { askedRight, grant, openRole } from "./grants.ts";
import { mutations, weaken } from "./mutations.ts";
import type { AttackRow, Place } from "./row.ts";
import { rows } from "./rows/all.ts";
import { withheldRights } from "./rows/rights.ts";
import { tryRow } from "./run.ts";

let grounds: Grounds;
let places: Readonly<Record<"default" | "dedicated", Place>>;

beforeAll(async () => {
  grounds = await prepareGrounds();
  places = await grounds.raise();
}, 300_000);
afterAll(() => grounds?.stop());

const isRed = async (row: AttackRow, place: Place): Promise<boolean> =>
  (await tryRow(row, place)).problem !== "";

describe("without one rule of a wall an attack is no longer stopped, or its twin is", {
  timeout: 120_000,
}, () => {
  test.each(mutations)("without $what", async (mutation) => {
    const place = places[mutation.arm];
    const concerned = rows.filter((row) => (row.applies?.(place) ?? true) && mutation.concerns(row, place));
    let red: AttackRow | undefined;
    const restore = await weaken(grounds.stand.admin, mutation);
    try {
      await until(`a row is red without ${mutation.what}`, async () => {
        for (const row of concerned) red ??= (await isRed(row, place)) ? row : undefined;
        return red !== undefined;
      });
    } finally {
      await restore();
    }
    // And it is for this that it was red.
    await until(`${red?.id} is green again`, async () => !(await isRed(red as AttackRow, place)));
  });
});

const forbidden = rows.filter(({ stoppedBy }) => stoppedBy.includes("RBAC"));

describe("with what it asks for, a forbidden attack is no longer refused", () => {
  test.each(forbidden)("$id: a tenant that $title", async (row) => {
    const place = places.default;
    const [role = "Owner"] = row.roles;
    const person = place.people[role];
    const undo: (() => Promise<void>)[] = [];
    try {
      // Some ask for several rights, one after the other.
      while (!(await isRed(row, place))) {
        const right = askedRight(await row.attack(place, person));
        undo.push(await grant(place.admin, person.user, right));
        const last = JSON.stringify(right);
        await until(`${last} is granted`, async () => {
          const reply = await row.attack(place, person);
          return reply.by !== "RBAC" || JSON.stringify(askedRight(reply)) !== last;
        });
      }
      expect(undo.length).toBeGreaterThan(0);
    } finally {
      for (const each of undo.toReversed()) await each();
    }
    await until(`${row.id} is refused again`, async () => !(await isRed(row, place)));
  });
});

describe("with one more rule in a Role, what it withheld is no longer refused", { timeout: 300_000 }, () => {
  test.each(["Owner", "Developer", "Viewer"] as const)("of the %s", async (role) => {
    const place = places.default;
    const person = place.people[role];
    const withheld = await withheldRights(place.admin, place.scope.facts, role);
    const opened = await openRole(place.admin, place.scope.namespace.name, role);
    for (const { what, atom, attack } of withheld) {
      await opened.with({ apiGroups: [atom.group], resources: [atom.resource], verbs: [atom.verb] });
      await until(`${what} is granted`, async () => (await attack(place, person)).by !== "RBAC");
    }
    await opened.with();
    expect(withheld.length).toBeGreaterThan(200);
  });
});
