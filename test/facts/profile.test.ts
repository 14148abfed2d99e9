import { describe, expect, test } from "vitest";
import type { Facts } from "../../src/facts/facts.ts";
import { pinnedFacts } from "../../src/facts/pinned.ts";
import { decodeProfile, encodeProfile } from "../../src/facts/profile.ts";

async function liveFacts(): Promise<Facts> {
  return {
    ...(await pinnedFacts(36)),
    source: "live",
    ranges: {
      pods: ["10.244.0.0/16", "fd00::/108"],
      services: ["10.96.0.0/12"],
      nodes: "unknown",
      apiServer: [],
    },
    runtimeClasses: [
      { name: "gvisor", handler: "runsc", tolerations: [{ key: "sandbox", operator: "Exists" }] },
    ],
    priorityClasses: [{ name: "high", globalDefault: false }],
  };
}

type Draft = { apiVersion: string; kind: string; facts: Record<string, unknown> };
async function changed(change: (draft: Draft) => void): Promise<string> {
  const draft = JSON.parse(encodeProfile(await liveFacts())) as Draft;
  change(draft);
  return JSON.stringify(draft);
}

describe("a cluster profile", () => {
  test("is read back as it was written, said to be a profile", async () => {
    const facts = await liveFacts();
    expect(await decodeProfile(encodeProfile(facts), "p.json")).toEqual({ ...facts, source: "profile" });
  });

  test("has the same bytes for the same facts, whatever they came from", async () => {
    const text = encodeProfile(await liveFacts());
    expect(encodeProfile(await decodeProfile(text, "p.json"))).toBe(text);
    expect(text.endsWith("}\n")).toBe(true);
  });

  test.each<[string, (draft: Draft) => void, string]>([
    [
      "another version",
      (draft) => {
        draft.apiVersion = "mtenant.dev/v2";
      },
      "p.json",
    ],
    [
      "another kind",
      (draft) => {
        draft.kind = "Tenant";
      },
      "p.json",
    ],
    [
      "an unknown field",
      (draft) => {
        draft.facts.colour = "red";
      },
      "facts",
    ],
    [
      "a missing field",
      (draft) => {
        delete draft.facts.ranges;
      },
      "facts.ranges",
    ],
    [
      "a base role without rules",
      (draft) => {
        draft.facts.baseRoles = { ...(draft.facts.baseRoles as object), edit: [] };
      },
      "facts.baseRoles.edit",
    ],
    [
      "a range that is none",
      (draft) => {
        draft.facts.ranges = { ...(draft.facts.ranges as object), pods: ["all"] };
      },
      "facts.ranges.pods",
    ],
    [
      "a minor that is no number",
      (draft) => {
        draft.facts.minor = "36";
      },
      "facts.minor",
    ],
  ])("with %s is refused, naming the place", async (_, change, where) => {
    const error = {
      name: "ExpectedError",
      exitCode: 2,
      problems: [expect.objectContaining({ where: expect.stringContaining(where) })],
    };
    await expect(changed(change).then((text) => decodeProfile(text, "p.json"))).rejects.toMatchObject(error);
  });

  test.each([
    "10.0.0.0/99",
    "010.0.0.0/8",
    "10.8/16",
    "0x0a.0.0.0/8",
    "10.0.0.0",
    "10.0.0.0/08",
    "fd00::/129",
    "fd00::1::/64",
    "::ffff:10.0.0.0/104",
  ])("with the range %s, which the server would not read as it is meant, is refused", async (range) => {
    const text = await changed((draft) => {
      draft.facts.ranges = { ...(draft.facts.ranges as object), nodes: ["10.1.0.0/16", range] };
    });
    await expect(decodeProfile(text, "p.json")).rejects.toMatchObject({
      exitCode: 2,
      problems: [{ where: "facts.ranges.nodes.1", message: expect.stringContaining(JSON.stringify(range)) }],
    });
  });

  test.each(["", "null", "[]", "{", "apiVersion: mtenant.dev/v1alpha1"])(
    "that is not a JSON profile is refused: %j",
    async (text) => {
      await expect(decodeProfile(text, "p.json")).rejects.toMatchObject({
        name: "ExpectedError",
        exitCode: 2,
      });
    },
  );
});
