import { describe, expect, test } from "vitest";
import type { Action, Change, ChangeEffect, Plan } from "../../src/plan/plan.ts";
import { plansAsText } from "../../src/report/plans-text.ts";
import { plainStyle } from "../../src/report/style.ts";
import { manifest, object } from "../plan/objects.ts";

const change = (action: Action, kind: string, namespace: string, more: Partial<Change> = {}): Change => ({
  action,
  id: { group: "", kind, namespace, name: "x" },
  fields: [],
  effect: "neutral",
  notes: [],
  ...more,
});
const planOf = (name: string, ...changes: Change[]): Plan => ({
  owner: { kind: "tenant", name },
  waves: [{ name: "walls", changes }],
  foreign: [],
});
const text = (plans: readonly Plan[], verbose = false): string =>
  plansAsText(plans, { style: plainStyle, verbose });

/** An object that was there before: its tenant is no new one. */
function standing(name: string): Change {
  const ours = manifest({ kind: "tenant", name }, object("v1", "Namespace", name));
  return change("unchanged", "Namespace", "", { manifest: ours, live: ours.object });
}

const shared: Plan = { ...planOf("", change("unchanged", "Namespace", "")), owner: { kind: "cluster" } };
const plain = (count: number): Plan[] =>
  Array.from({ length: count }, (_, at) => planOf(`t${at}`, change("create", "ConfigMap", `t${at}`)));

describe("plans", () => {
  test("of a handful of tenants show every object", () => {
    expect(text([shared, ...plain(5)])).toContain("tenant t4\n  + ConfigMap t4/x\n");
  });

  test("of more tenants are a line each, unless every object is asked for", () => {
    const plans = [shared, ...plain(6)];
    expect(text(plans).split("\n")).toEqual([
      "cluster  no difference",
      ...plain(6).map((_, at) => `tenant t${at}  1 to create`),
      "Plan: 6 to create, 1 unchanged (-v shows every object)",
      "",
    ]);
    expect(text(plans, true)).toContain("tenant t5\n  + ConfigMap t5/x\n");
  });

  test("of many tenants tell in full what is refused, what widens and what is foreign", () => {
    const widens: Partial<Change> = {
      effect: "widens" satisfies ChangeEffect,
      fields: [{ path: "/spec/hard/pods", before: 1, after: 2, manager: "eve" }],
    };
    const loud: Plan = {
      ...planOf(
        "loud",
        standing("loud"),
        change("update", "ResourceQuota", "loud", widens),
        change("update", "LimitRange", "loud"),
        change("create", "RoleBinding", "loud", { effect: "widens" }),
        change("refuse", "Namespace", "", { refusal: "it is theirs" }),
      ),
      foreign: [
        { id: { group: "", kind: "Role", namespace: "loud", name: "door" }, effect: "widens", message: "!" },
      ],
    };
    const lines = text([shared, ...plain(6), loud]).split("\n");
    expect(
      lines.slice(
        lines.findIndex((line) => line.startsWith("tenant loud")),
        -2,
      ),
    ).toEqual([
      "tenant loud  1 to create, 2 to change, 1 refused, 1 foreign",
      "  ~ ResourceQuota loud/x  widens",
      "      /spec/hard/pods: 1 → 2  last written by eve",
      "  + RoleBinding loud/x",
      "  ! Namespace x  refuse",
      "      it is theirs",
      "  ? Role loud/door  foreign, widens",
      "      !",
    ]);
  });
});
