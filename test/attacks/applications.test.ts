import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectedRefusals, readApplications } from "./applications.ts";
import type { Installed } from "./install.ts";
import { installAll, type Mode, prepare } from "./over-blocking.ts";
import { shareOf, traits } from "./shares.ts";
import { type Stand, startStand, WITHOUT_DEFAULTS } from "./stand.ts";

const applications = readApplications();

test.each(traits)("the corpus has about as many applications with $what as are published", (trait) => {
  expect(Math.abs(shareOf(trait, applications) - trait.counted)).toBeLessThanOrEqual(15);
});

describe.each([
  {
    server: "a server that fills in what pods leave out",
    emulated: undefined,
    modes: ["Shared", "Dedicated"],
  },
  { server: "a server that fills nothing in", emulated: WITHOUT_DEFAULTS, modes: ["Shared"] },
] as const)("on $server", ({ emulated, modes }) => {
  let stand: Stand;
  const results = new Map<Mode, ReadonlyMap<string, Installed>>();

  beforeAll(async () => {
    stand = await startStand(emulated === undefined ? {} : { emulatedVersion: emulated });
    await prepare(stand, applications);
    for (const mode of modes) results.set(mode, await installAll(stand, mode, applications));
  }, 900_000);
  afterAll(() => stand?.stop());

  describe.each(modes)("nodes %s", (mode) => {
    test.each(applications)("$name is let in, but for what it asks for that is forbidden", (application) => {
      const installed = results.get(mode)?.get(application.name);
      if (installed === undefined) throw new Error(`${application.name} was not installed`);
      const { refusals, problems, pods } = installed;
      expect(problems).toEqual([]);
      const expected = expectedRefusals(application, emulated === undefined);
      const names = refusals.map(({ object }) => object);
      expect(names.toSorted()).toEqual(Object.keys(expected).toSorted());
      for (const { object, by, message } of refusals) {
        expect({ object, by }).toEqual({ object, by: expected[object]?.by });
        expect(message).toContain(expected[object]?.says);
      }
      if (names.length === 0) expect(pods).toBeGreaterThan(0);
    });
  });

  test("a limit below the request stays invalid where the container itself says both", async () => {
    const resources = { requests: { cpu: "1" }, limits: { cpu: "100m" } };
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "contradiction" },
      spec: { containers: [{ name: "main", image: "nginx", resources }] },
    };
    const path = "/api/v1/namespaces/shared-mail-catcher/pods";
    const sent = stand.owner.send({ method: "POST", path, query: { dryRun: "All" }, body: pod });
    await expect(sent).rejects.toMatchObject({
      code: 422,
      message: expect.stringContaining("must be less than or equal to cpu limit of 100m"),
    });
  });
});
