import { describe, expect, test } from "vitest";
import { inFlightLimit } from "../../../src/cluster/in-flight.ts";

function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the limit of requests in flight", () => {
  test("no more run than it says, first come first served", async () => {
    const limit = inFlightLimit(2);
    const gates = [gate(), gate(), gate(), gate()];
    const started: number[] = [];
    const runs = gates.map(({ passed }, index) =>
      limit.run(() => {
        started.push(index);
        return passed;
      }),
    );
    await settled();
    expect(started).toEqual([0, 1]);
    gates[1]?.open();
    await settled();
    expect(started).toEqual([0, 1, 2]);
    for (const { open } of gates) open();
    await Promise.all(runs);
    expect(started).toEqual([0, 1, 2, 3]);
    expect(limit.active).toBe(0);
  });

  test("failed work gives its place back", async () => {
    const limit = inFlightLimit(1);
    await expect(limit.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await limit.run(async () => "yes")).toBe("yes");
  });

  test("a higher limit lets those who wait start, a lower one holds back the next", async () => {
    const limit = inFlightLimit(1);
    const gates = [gate(), gate(), gate()];
    const started: number[] = [];
    const runs = gates.map(({ passed }, index) => limit.run(() => (started.push(index), passed)));
    await settled();
    limit.setLimit(2);
    await settled();
    expect(started).toEqual([0, 1]);
    limit.setLimit(0);
    expect(limit.limit).toBe(1);
    gates[0]?.open();
    await settled();
    expect(started).toEqual([0, 1]);
    gates[1]?.open();
    await settled();
    expect(started).toEqual([0, 1, 2]);
    gates[2]?.open();
    await Promise.all(runs);
  });

  test("whoever stops waiting takes no place", async () => {
    const limit = inFlightLimit(1);
    const { open, passed } = gate();
    const running = limit.run(() => passed);
    const controller = new AbortController();
    const waiting = limit.run(async () => "ran", controller.signal);
    controller.abort(new Error("stopped"));
    await expect(waiting).rejects.toThrow("stopped");
    await expect(limit.run(async () => "ran", controller.signal)).rejects.toThrow("stopped");
    open();
    await running;
    expect(limit.active).toBe(0);
    expect(await limit.run(async () => "next")).toBe("next");
  });
});
