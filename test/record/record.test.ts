import { describe, expect, test } from "vitest";
import { decodeRecord, encodeRecord } from "../../src/record/codec.ts";
import { superset } from "../../src/record/entries.ts";
import { refuseGuardChange } from "../../src/record/guard-generation.ts";
import { mayTake, refuseRendered } from "../../src/record/lock.ts";
import type { OwnerRecord, RecordEntry } from "../../src/record/record.ts";

const namespace: RecordEntry = {
  id: { group: "", kind: "Namespace", namespace: "", name: "blue" },
  form: "object",
  uid: "u1",
};
const node: RecordEntry = {
  id: { group: "", kind: "Node", namespace: "", name: "n1" },
  form: "amendment",
  former: '{"a": {"b c": null}}',
};
const record: OwnerRecord = {
  formatVersion: 1,
  owner: { kind: "tenant", name: "blue" },
  phase: "creating",
  writtenBy: "1.2.3",
  spec: {
    kind: "Tenant",
    metadata: { name: "blue" },
    spec: { namespaces: [{ name: "blue" }], nodes: { mode: "Shared" } },
  },
  entries: [namespace, node],
  holder: { id: "ann@host 7", seconds: 20, beat: 3 },
};

function specOf(name: string, spec: object = { namespaces: [], nodes: {} }): string {
  return JSON.stringify({ kind: "Tenant", metadata: { name }, spec });
}

describe("a record", () => {
  test("reads back as it was written", () => {
    expect(decodeRecord(encodeRecord(record))).toEqual(record);
    const cluster: OwnerRecord = {
      formatVersion: 1,
      owner: { kind: "cluster" },
      phase: "ready",
      writtenBy: "1.2.3",
      guardGeneration: "abc",
      entries: [],
    };
    expect(decodeRecord(encodeRecord(cluster))).toEqual(cluster);
    expect(encodeRecord(record).metadata).toMatchObject({ name: "tenant.blue", namespace: "mtenant-system" });
  });

  test.each([
    ["of a newer format", { format: "2" }, 4, /newer mtenant/],
    ["without a format", { format: "" }, 3, /no format/],
    ["with a damaged list", { objects: "object u1" }, 3, /damaged/],
    ["with an unknown phase", { phase: "x" }, 3, /phase/],
    ["with a damaged spec", { spec: "{" }, 3, /no JSON/],
    ["with a spec that is none", { spec: '{"a":1}' }, 3, /its spec is not that of the tenant/],
    ["with the spec of another tenant", { spec: specOf("red") }, 3, /its spec is not that of the tenant/],
    ["with a spec of no namespace", { spec: specOf("blue", {}) }, 3, /its spec is not that of the tenant/],
    ["with a holder who says no time", { holder: '{"id": "ann@host 7"}' }, 3, /holder/],
    ["with a holder who says no number", { holder: '{"id": "ann@host 7", "seconds": "20"}' }, 3, /holder/],
    ["with a holder for ever", { holder: '{"id": "ann@host 7", "seconds": 1e999}' }, 3, /holder/],
    ["with a holder without a name", { holder: '{"seconds": 20}' }, 3, /holder/],
    [
      "with a holder whose beat is no number",
      { holder: '{"id": "a", "seconds": 20, "beat": "3"}' },
      3,
      /holder/,
    ],
    ["with nobody as its holder", { holder: "null" }, 3, /holder/],
  ])("%s is refused", (_, data, exitCode, message) => {
    const stored = encodeRecord(record);
    const damaged = { ...stored, data: { ...(stored["data"] as object), ...data } };
    expect(() => decodeRecord(damaged)).toThrow(
      expect.objectContaining({ exitCode, message: expect.stringMatching(message) }),
    );
  });

  test("of rendered files is refused, naming who applies them", () => {
    expect(() => refuseRendered({ ...record, phase: "rendered" }, "Flux")).toThrow(
      expect.objectContaining({ exitCode: 4, message: expect.stringContaining("by Flux") }),
    );
    expect(() => refuseRendered(record, "mtenant")).not.toThrow();
  });

  test("lists what was held and what is planned, and what an amendment replaced the first time", () => {
    const again = { ...node, uid: "u2", former: '{"late": true}' };
    const role: RecordEntry = { id: { ...namespace.id, kind: "Role", namespace: "blue" }, form: "object" };
    expect(superset([namespace, node], [again, role])).toEqual([
      namespace,
      { ...again, former: node.former },
      role,
    ]);
  });
});

test("a holder keeps others out until the record rested for the whole time it claimed", () => {
  expect(mayTake(record, "ann@host 7", 0)).toBe(true);
  expect(mayTake(record, "bob@host 8", 19.9)).toBe(false);
  expect(mayTake(record, "bob@host 8", 20)).toBe(true);
  const { holder: _, ...free } = record;
  expect(mayTake(free, "bob@host 8", 0)).toBe(true);
});

test.each([
  ["the same generation", "1.0.0", "abc", false, true],
  ["an older version", "1.2.2", "new", true, false],
  ["a newer version", "1.10.0", "new", false, true],
  ["the same version with other templates", "1.2.3", "new", false, false],
  ["the same version, told to replace", "1.2.3", "new", true, true],
])("guards of %s", (_, writtenBy, generation, replaceGuards, allowed) => {
  const check = () =>
    refuseGuardChange({ ...record, guardGeneration: "abc" }, { writtenBy, generation, replaceGuards });
  if (allowed) expect(check).not.toThrow();
  else expect(check).toThrow(expect.objectContaining({ exitCode: 4 }));
});
