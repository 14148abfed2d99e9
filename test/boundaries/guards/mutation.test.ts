import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guardProbes } from "../../../src/boundaries/guards/probes.ts";
import type { Cluster } from "../../../src/cluster/cluster.ts";
import { connect } from "../../../src/cluster/connect.ts";
import type { KubernetesObject } from "../../../src/manifests/object.ts";
import { type ControlPlane, startControlPlane } from "../../cluster/start.ts";
import { eldersOf } from "./elders.ts";
import { apply, type Attempt, attempt, factsOf, renderGuards, tryCreate, until } from "./guarded-cluster.ts";
import { inhabitantsOf, namespacesOf, prerequisites } from "./mutant-places.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";
import { mutationRows, probeOf, type Row, type Rows } from "./mutation-rows.ts";

const manifests = await renderGuards(factsOf(true));
const probes = guardProbes(manifests);
const mutants = mutantsOf(manifests);
const lesser = mutants.flatMap(({ without, ...mutant }) =>
  without === undefined ? [] : [{ ...mutant, without, what: `${without.kind} ${without.expression}` }],
);

describe("a guard", () => {
  let controlPlane: ControlPlane;
  let cluster: Cluster;
  let rowsOf: (policy: string) => Rows;

  beforeAll(async () => {
    controlPlane = await startControlPlane({ featureGates: ["CrossNamespaceVolumeDataSource=true"] });
    cluster = await connect({ kubeconfig: controlPlane.kubeconfig, env: {}, homeDir: "/", cwd: "/" });
    rowsOf = mutationRows(cluster, probes);
    const applyAll = (objects: readonly KubernetesObject[]) =>
      Promise.all(objects.map((each) => apply(cluster, each)));
    await applyAll([...prerequisites(), ...mutants.flatMap(namespacesOf)]);
    await applyAll(mutants.flatMap(inhabitantsOf));
    await applyAll(mutants.flatMap(eldersOf));
    for (const mutant of mutants) await applyMutant(mutant);
    // One after the other: the questions of all at once would keep the server from compiling the guards.
    for (const mutant of mutants) await untilLive(mutant);
  }, 300_000);
  afterAll(async () => {
    await cluster?.close();
    await controlPlane?.stop();
  });

  async function applyMutant({ name, candidates, bindings }: Mutant): Promise<void> {
    for (const candidate of candidates) {
      const { object } = await attempt(apply(cluster, candidate));
      if (object === undefined) continue;
      await Promise.all(bindings.map((binding) => apply(cluster, binding)));
      return;
    }
    throw new Error(`the server accepts no form of ${name}`);
  }

  /** Whatever it says to its probe: a mutant may have lost its words. */
  function untilLive(mutant: Mutant): Promise<void> {
    return until(`${mutant.name} refuses its probe`, async () => {
      const { denied } = await tryCreate(cluster, probeOf(probes, mutant));
      return denied?.policy === mutant.name;
    });
  }

  const refuses = (mutant: Mutant, { denied }: Attempt): boolean =>
    denied?.policy === mutant.name && !denied.broken;

  interface Answered {
    readonly row: Row;
    readonly answer: Attempt;
  }
  interface Complete {
    readonly mutant: Mutant;
    readonly attacks: readonly Answered[];
    readonly harmless: readonly Answered[];
  }
  const complete = new Map<string, Promise<Complete>>();

  /** What comes of all rows against a whole guard, asked once. */
  function completeOf(policy: string): Promise<Complete> {
    const known = complete.get(policy) ?? askAll(policy);
    complete.set(policy, known);
    return known;
  }

  async function askAll(policy: string): Promise<Complete> {
    const mutant = mutants.find((each) => each.policy === policy && each.without === undefined);
    if (mutant === undefined) throw new Error(`there is no whole ${policy}`);
    const { attacks, harmless } = rowsOf(policy);
    const answered = (rows: readonly Row[]): Promise<Answered[]> =>
      Promise.all(rows.map(async (row) => ({ row, answer: await row(mutant) })));
    return { mutant, attacks: await answered(attacks), harmless: await answered(harmless) };
  }

  const policies = probes.map(({ policy }) => policy);

  test.each(policies)(
    "%s, whole, refuses every attack that it is there for, and nothing harmless",
    async (policy) => {
      const { mutant, attacks, harmless } = await completeOf(policy);
      const passed = attacks.map(({ answer }) => answer).filter((answer) => !refuses(mutant, answer));
      // Pod Security may be the first to answer.
      expect(passed.filter(({ message = "" }) => !message.includes("violates PodSecurity"))).toEqual([]);
      expect(passed.length).toBeLessThan(attacks.length);
      expect(harmless.map(({ answer }) => answer.message).filter((message) => message !== undefined)).toEqual(
        [],
      );
    },
  );

  test.each(lesser)("$policy is missed without the $what", async (mutant) => {
    expect(await isNoticed(mutant)).toBe(true);
  });

  /** Something goes through that the whole guard refuses, or something harmless does not. */
  async function isNoticed(mutant: (typeof lesser)[number]): Promise<boolean> {
    const whole = await completeOf(mutant.policy);
    const held = whole.attacks.filter(({ answer }) => refuses(whole.mutant, answer));
    // Those that the missing part refused come first: one that goes through is enough.
    const { words } = mutant.without;
    const its = ({ answer }: Answered): boolean => answer.denied?.message.includes(words) === true;
    const attacks = [...held.filter(its), ...held.filter((each) => !its(each))];
    const passes = someAnswer(attacks, mutant, (answer) => !refuses(mutant, answer));
    const isRefused = ({ denied }: Attempt): boolean => denied?.policy === mutant.name;
    return (await passes) || someAnswer(whole.harmless, mutant, isRefused);
  }

  async function someAnswer(
    rows: readonly Answered[],
    mutant: Mutant,
    is: (answer: Attempt) => boolean,
  ): Promise<boolean> {
    for (let at = 0; at < rows.length; at += 8) {
      const answers = await Promise.all(rows.slice(at, at + 8).map(({ row }) => row(mutant)));
      if (answers.some(is)) return true;
    }
    return false;
  }
});
