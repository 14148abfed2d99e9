import { describe, expect, test } from "vitest";
import { guardDenied } from "../../../src/boundaries/guards/denial.ts";
import { guardGeneration, stampGeneration } from "../../../src/boundaries/guards/generation.ts";
import { guards } from "../../../src/boundaries/guards/index.ts";
import { guardProbes } from "../../../src/boundaries/guards/probes.ts";
import { pods } from "../../../src/boundaries/pods/index.ts";
import type { Violation } from "../../../src/boundaries/boundary.ts";
import type { Manifest } from "../../../src/manifests/manifest.ts";
import type { KubernetesObject } from "../../../src/manifests/object.ts";
import { factsOf, renderGuards } from "./guarded-cluster.ts";

const packaged = await renderGuards();

function judge(manifests: readonly Manifest[]): Violation[] {
  const set = { manifests, packaged, facts: factsOf(true) };
  return [...guards.guarantees, ...pods.guarantees].flatMap((each) => [...each(set)]);
}

/** The packaged guards from templates in which `from` reads `to`, wherever it stands. */
function overridden(from: string, to: string): Promise<Manifest[]> {
  return renderGuards(factsOf(true), (text) => text.replaceAll(from, to));
}

describe("an override of a guard", () => {
  test("may change messages", async () => {
    const reworded = await overridden("only the scheduler sets nodeName", "ask the platform team");
    expect(judge(reworded)).toEqual([]);
    expect(guardGeneration(reworded)).not.toBe(guardGeneration(packaged));
  });

  test("may add validations", async () => {
    const more = await renderGuards(factsOf(true), (text, file) =>
      file === "guards/secrets.yaml"
        ? text.replace(
            /---\n/,
            '    - expression: "size(object.metadata.name) < 40"\n      reason: Forbidden\n---\n',
          )
        : text,
    );
    expect(JSON.stringify(more)).toContain("< 40");
    expect(judge(more)).toEqual([]);
  });

  test.each([
    ["failurePolicy: Fail", "failurePolicy: Ignore"],
    ["validationActions: [Deny, Audit]", "validationActions: [Audit]"],
    ["tolerationSeconds <= 300", "tolerationSeconds <= 99999999"],
    ["operations: [CREATE, UPDATE]", "operations: [CREATE]"],
    ["pods, pods/ephemeralcontainers, pods/resize", "pods"],
    ["operator: Exists\n    objectSelector", "operator: DoesNotExist\n    objectSelector"],
    ["expression: size(variables.badImages) == 0", 'expression: "true"'],
    ["reason: Forbidden", "reason: Unauthorized"],
    ["policyName: mtenant-pods", "policyName: mtenant-nothing"],
    [
      "matchLabels:\n        app.kubernetes.io/managed-by: mtenant",
      "matchLabels:\n        app.kubernetes.io/managed-by: nobody",
    ],
    ["resources: [namespaces, namespaces/status, namespaces/finalize]", "resources: [namespaces]"],
    ["is live, generation", "lives, generation"],
    ['value: ["ALL"]', "value: []"],
    ["check('manage')", "check('get')"],
    ["reinvocationPolicy: IfNeeded", "reinvocationPolicy: Never"],
  ])("may not turn %j into %j", async (from, to) => {
    const mutant = await overridden(from, to);
    expect(JSON.stringify(mutant)).not.toBe(JSON.stringify(packaged));
    expect(judge(mutant)).not.toEqual([]);
  });

  test.each(packaged.map((each) => [each.object.kind, each.object.metadata.name, each] as const))(
    "may not leave out %s %s",
    (kind, name, manifest) => {
      const [violation] = judge(packaged.filter((each) => each !== manifest));
      expect(violation).toMatchObject({
        template: manifest.template,
        message: `${kind} ${name} is missing.`,
      });
    },
  );

  test("may not add another kind of object, or another policy that changes pods", () => {
    const foreign = (object: KubernetesObject, boundary: "guards" | "pods"): Manifest => ({
      ...(packaged[0] as Manifest),
      boundary,
      object,
    });
    const role: KubernetesObject = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "x" },
    };
    const mutation: KubernetesObject = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingAdmissionPolicy",
      metadata: { name: "x" },
    };
    for (const each of [
      foreign(role, "guards"),
      foreign(role, "pods"),
      foreign(mutation, "guards"),
      foreign(mutation, "pods"),
    ])
      expect(judge([...packaged, each])).not.toEqual([]);
  });
});

describe("the generation", () => {
  test("is the same for the same templates, before and after it is put in", async () => {
    expect(guardGeneration(await renderGuards())).toBe(guardGeneration(packaged));
    expect(stampGeneration(packaged)).toEqual(packaged);
    expect(guardGeneration([...packaged].reverse())).toBe(guardGeneration(packaged));
  });

  test("is in the answer of every guard to its probe", () => {
    const policies = packaged.filter(({ object }) => object.kind === "ValidatingAdmissionPolicy");
    const probes = guardProbes(packaged);
    expect(probes.map(({ policy }) => policy)).toEqual(policies.map(({ object }) => object.metadata.name));
    for (const { policy, answer } of probes)
      expect(answer).toBe(`${policy} is live, generation ${guardGeneration(packaged)}`);
  });
});

describe("a denial", () => {
  const words =
    "pods \"p\" is forbidden: ValidatingAdmissionPolicy 'mtenant-pods' with binding 'mtenant-pods' denied request: ";

  test.each([
    [403, `${words}mtenant: no`, { policy: "mtenant-pods", message: "mtenant: no", broken: false }],
    [
      422,
      `${words}expression 'a.b' resulted in error: no such key: b`,
      { policy: "mtenant-pods", broken: true },
    ],
    [
      422,
      `${words}operation cancelled: actual cost limit exceeded`,
      { policy: "mtenant-pods", broken: true },
    ],
    [404, `${words}mtenant: no`, undefined],
    [403, 'pods "p" is forbidden: violates PodSecurity', undefined],
  ])("is read from %i %s", (code, message, expected) => {
    if (expected === undefined) expect(guardDenied({ code, message })).toBeUndefined();
    else expect(guardDenied({ code, message })).toMatchObject(expected);
  });
});
