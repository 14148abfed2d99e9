import { expect, test } from "vitest";
import { attacks } from "../../src/boundaries/attacks.ts";
import { refusalOf } from "../../src/boundaries/refusal.ts";
import { scopes } from "./guards/attacks.ts";

test("every attack has an id of its own", () => {
  const ids = attacks.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
  for (const id of ids) expect(id).toMatch(/^[A-Z]\d+-[A-Za-z-]+$/);
});

test("an attack and its twin are never the same request", () => {
  for (const { id, when, request, twin } of attacks)
    for (const scope of scopes.filter((each) => when?.(each) ?? true))
      expect({ [id]: request(scope) }).not.toEqual({ [id]: twin(scope) });
});

test("only the refusal of the attacker counts, not that of whoever may not impersonate", () => {
  const message = (user: string) =>
    `pods is forbidden: User ${JSON.stringify(user)} cannot list resource "pods" in API group ""`;
  expect(refusalOf({ code: 403, message: message("mallory") }, "mallory")).toEqual({
    by: "RBAC",
    broken: false,
  });
  expect(refusalOf({ code: 403, message: message("olga") }, "mallory")).toBeUndefined();
  expect(refusalOf({ code: 500, message: message("mallory") }, "mallory")).toBeUndefined();
});
