import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Attack, type AttackScope, guard } from "../../../src/boundaries/attack.ts";
import { guardDenied } from "../../../src/boundaries/guards/denial.ts";
import type { Validation } from "../../../src/boundaries/guards/policy.ts";
import { guardProbes } from "../../../src/boundaries/guards/probes.ts";
import { harmlessClaim, harmlessPod } from "../../../src/boundaries/harmless.ts";
import type { ApiRequest, Cluster } from "../../../src/cluster/cluster.ts";
import { connect } from "../../../src/cluster/connect.ts";
import { pathOf } from "../../../src/cluster/paths.ts";
import { sendAttack } from "../../../src/execute/send-attack.ts";
import { idOf, type JsonMap, type KubernetesObject } from "../../../src/manifests/object.ts";
import { type ControlPlane, startControlPlane } from "../../cluster/start.ts";
import { guardedAttacks, object, scopes } from "./attacks.ts";
import {
  type Actor,
  apply,
  type Attempt,
  attempt,
  factsOf,
  namespaceObject,
  renderGuards,
  tryCreate,
  until,
} from "./guarded-cluster.ts";
import {
  accountIn,
  administrator,
  attacker,
  inhabitantsOf,
  kubelet,
  namespacesOf,
  nodeOf,
  placeOf,
  prerequisites,
} from "./mutant-places.ts";
import { firstWords, MUTANT_LABEL, type Mutant, mutantsOf } from "./mutants.ts";
import { outside, outsideRows } from "./outside-attacks.ts";

const manifests = await renderGuards(factsOf(true));
const mutants = mutantsOf(manifests);
const whole = mutants.filter(({ without }) => without === undefined);
const lesser = mutants.filter(({ without }) => without !== undefined);

/** Sends an attack at one mutant. What a guard lets through may fail for another reason. */
type Row = (mutant: Mutant) => Promise<Attempt>;

describe("a guard", () => {
  let controlPlane: ControlPlane;
  let cluster: Cluster;

  beforeAll(async () => {
    controlPlane = await startControlPlane({ featureGates: ["CrossNamespaceVolumeDataSource=true"] });
    cluster = await connect({ kubeconfig: controlPlane.kubeconfig, env: {}, homeDir: "/", cwd: "/" });
    const applyAll = (objects: readonly KubernetesObject[]) =>
      Promise.all(objects.map((each) => apply(cluster, each)));
    await applyAll([...prerequisites(), ...mutants.flatMap(namespacesOf)]);
    await applyAll(mutants.flatMap((mutant) => [...inhabitantsOf(mutant), ...mutant.objects]));
    await Promise.all(mutants.map(untilLive));
  }, 120_000);
  afterAll(async () => {
    await cluster?.close();
    await controlPlane?.stop();
  });

  function untilLive(mutant: Mutant): Promise<void> {
    const probe = guardProbes(manifests).find(({ policy }) => policy === mutant.policy)?.object;
    if (probe === undefined) throw new Error(`${mutant.policy} has no probe`);
    const { namespace, ...metadata } = probe.metadata;
    const asked: KubernetesObject = {
      ...probe,
      metadata: {
        ...metadata,
        ...(namespace === undefined ? {} : { namespace: placeOf(mutant) }),
        labels: { ...metadata.labels, [MUTANT_LABEL]: mutant.name },
      },
    };
    return until(`${mutant.name} answers its probe`, async () => {
      const { denied } = await tryCreate(cluster, asked);
      return denied?.policy === mutant.name && denied.message.includes("is live");
    });
  }

  const ask = (request: ApiRequest, as: Actor): Promise<Attempt> =>
    attempt(cluster.send({ ...request, query: { dryRun: "All" }, impersonate: as }));
  const patch = (of: KubernetesObject, body: object, as: Actor): Promise<Attempt> =>
    ask({ method: "PATCH", path: pathOf(idOf(of)), contentType: "application/merge-patch+json", body }, as);
  const onPod = (mutant: Mutant, subresource: string, body: object): Promise<Attempt> => {
    const id = { group: "", kind: "Pod", namespace: placeOf(mutant), name: "x" };
    return ask({ method: "POST", path: pathOf(id, subresource), body }, attacker);
  };
  const scopeOf = (mutant: Mutant, index = 0): AttackScope => {
    const scope = scopes[index] as AttackScope;
    return { ...scope, namespace: { ...scope.namespace, name: placeOf(mutant, index) } };
  };
  const podWith =
    (spec: JsonMap): Row =>
    (mutant) =>
      tryCreate(cluster, harmlessPod(scopeOf(mutant), spec), attacker);

  /** An attack of the product's own table, from every place where it applies. */
  const rowsOf = ({ when, request }: Attack): Row[] =>
    scopes.flatMap((scope, index) =>
      when?.(scope) === false
        ? []
        : async (mutant: Mutant) => {
            const answer = await sendAttack(cluster, request(scopeOf(mutant, index)), attacker);
            return answer.code < 300 ? {} : { ...answer, denied: guardDenied(answer) };
          },
    );

  /** What that table has no rows for: attacks on what exists, by others than tenants, and forms that no tenant's spec gives. */
  const others: Readonly<Record<string, readonly Row[]>> = {
    "mtenant-managed": [
      (mutant) => {
        const labels = { "app.kubernetes.io/managed-by": "mtenant" };
        const forged = object("v1", "ConfigMap", placeOf(mutant), { metadata: { labels } });
        return tryCreate(cluster, forged, attacker);
      },
    ],
    "mtenant-namespaces": ["mtenant.dev/tenant", "mtenant.dev/tenant-nodes"].map(
      (label) => (mutant: Mutant) => {
        const forged = namespaceObject("forged", { [label]: "Allow", [MUTANT_LABEL]: mutant.name });
        return tryCreate(cluster, forged, administrator);
      },
    ),
    "mtenant-outsiders": [
      ...outsideRows.map(
        ([, , attack]) =>
          (mutant: Mutant) =>
            tryCreate(cluster, outside(attack, placeOf(mutant)), attacker),
      ),
      (mutant) =>
        onPod(mutant, "binding", {
          apiVersion: "v1",
          kind: "Binding",
          metadata: { name: "x" },
          target: { kind: "Node", name: "n1" },
        }),
    ],
    "mtenant-nodes": [
      (mutant) => patch(nodeOf(mutant), { metadata: { labels: { "mtenant.dev/tenant": "team2" } } }, kubelet),
      (mutant) => patch(nodeOf(mutant), { spec: { taints: null } }, kubelet),
    ],
    "mtenant-serviceaccounts": [
      (mutant) => patch(accountIn(placeOf(mutant)), { automountServiceAccountToken: true }, attacker),
    ],
    "mtenant-disruption": [
      (mutant) =>
        onPod(mutant, "eviction", {
          apiVersion: "policy/v1",
          kind: "Eviction",
          metadata: { name: "x" },
          deleteOptions: { gracePeriodSeconds: 1_000_000_000 },
        }),
    ],
    "mtenant-pods": [
      podWith({ priorityClassName: "system-node-critical" }),
      podWith({
        hostUsers: false,
        securityContext: { runAsUser: 0, seccompProfile: { type: "RuntimeDefault" } },
      }),
    ],
    "mtenant-volumes": [
      (mutant) => {
        const dataSourceRef = { kind: "PersistentVolumeClaim", name: "x", namespace: "team2" };
        return tryCreate(cluster, harmlessClaim(scopeOf(mutant), { dataSourceRef }), attacker);
      },
      (mutant) =>
        tryCreate(cluster, harmlessClaim(scopeOf(mutant, 1), { storageClassName: "gp3" }), attacker),
    ],
  };

  function rowsAgainst(policy: string): Row[] {
    const own = guardedAttacks.filter(({ refusedBy }) => refusedBy.includes(guard(policy)));
    return [...own.flatMap(rowsOf), ...(others[policy] ?? [])];
  }

  const refuses = (mutant: Mutant, { denied }: Attempt): boolean =>
    denied?.policy === mutant.name && !denied.broken;

  interface Refusal {
    readonly row: Row;
    readonly answer: Attempt;
  }
  const refusals = new Map<string, Promise<Refusal[]>>();

  /** What the attacks on a whole guard come to, asked once. */
  function refusalsOf(policy: string): Promise<Refusal[]> {
    const complete = whole.find((each) => each.policy === policy) as Mutant;
    const known =
      refusals.get(policy) ??
      Promise.all(rowsAgainst(policy).map(async (row) => ({ row, answer: await row(complete) })));
    refusals.set(policy, known);
    return known;
  }

  test.each(whole)("$policy, whole, refuses every attack that it is there for", async (mutant) => {
    const answers = (await refusalsOf(mutant.policy)).map(({ answer }) => answer);
    const passed = answers.filter((answer) => !refuses(mutant, answer));
    // Pod Security may be the first to answer.
    expect(passed.filter(({ message = "" }) => !message.includes("violates PodSecurity"))).toEqual([]);
    expect(passed.length).toBeLessThan(answers.length);
  });

  test.each(lesser)("$policy lets an attack through without $without.expression", async (mutant) => {
    const complete = whole.find(({ policy }) => policy === mutant.policy) as Mutant;
    const words = firstWords(mutant.without as Validation);
    const held = (await refusalsOf(mutant.policy)).filter(({ answer }) => refuses(complete, answer));
    // Those that the missing validation refused come first: one that goes through is enough.
    const its = ({ answer }: Refusal): boolean => answer.denied?.message.includes(words) === true;
    const rows = [...held.filter(its), ...held.filter((each) => !its(each))].map(({ row }) => row);
    let passed = false;
    while (!passed && rows.length > 0) {
      const answers = await Promise.all(rows.splice(0, 8).map((row) => row(mutant)));
      passed = answers.some((answer) => !refuses(mutant, answer));
    }
    expect(passed).toBe(true);
  });
});
