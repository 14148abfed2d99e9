import { expect, test } from "vitest";
import { loadTemplates } from "../../../src/files/templates.ts";
import { pods } from "../../../src/boundaries/pods/index.ts";
import { renderCluster } from "../../../src/render/render.ts";
import { factsOf } from "../guards/guarded-cluster.ts";

const templates = await loadTemplates();
const kindsOf = (served: boolean) =>
  renderCluster({ facts: factsOf(served), templates })
    .filter(({ boundary }) => boundary === "pods")
    .map(({ object }) => object.kind);

test("pod defaults are rendered where the server can apply them, and nowhere else", () => {
  expect(kindsOf(true)).toEqual(["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"]);
  expect(kindsOf(false)).toEqual([]);
});

test("pod defaults may not be dropped where the server can apply them", () => {
  const packaged = renderCluster({ facts: factsOf(true), templates });
  const manifests = packaged.filter(({ boundary }) => boundary !== "pods");
  const found = pods.guarantees.flatMap((each) => [...each({ manifests, packaged, facts: factsOf(true) })]);
  expect(found.map(({ message }) => message)).toEqual([
    "MutatingAdmissionPolicy mtenant-pod-defaults is missing.",
    "MutatingAdmissionPolicyBinding mtenant-pod-defaults is missing.",
  ]);
});
