import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { writeOutputFolder } from "../../src/files/output-folder.ts";
import { renderedSets } from "../../src/planning/rendered-sets.ts";
import { loadTemplates } from "../../src/files/templates.ts";
import type { KubernetesObject } from "../../src/manifests/object.ts";
import { describeId, idOf, keyOf } from "../../src/manifests/object.ts";
import { printYaml } from "../../src/manifests/yaml.ts";
import type { OwnerSet } from "../../src/render/folder.ts";
import { renderCluster } from "../../src/render/render.ts";
import { testCluster } from "../cluster/test-cluster.ts";
import { hostileNames } from "../manifests/hostile.ts";
import { facts, payments } from "./example.ts";

const { kubectl } = testCluster();
const templates = await loadTemplates();
const namespaces: string[] = [];
afterAll(() => kubectl(["delete", "namespace", "--wait=false", "--ignore-not-found", ...namespaces]));

/** Everything but Nodes, in namespaces called like the tenant. */
function setOf(name: string): OwnerSet {
  const all = payments.namespaces.map((own, index) => ({
    ...own,
    existing: false,
    name: index === 0 ? name : `${name}-${index}`,
  }));
  namespaces.push(...all.map((own) => own.name));
  const everywhere = <Of extends object>(each: Of) =>
    Object.fromEntries(Object.entries(each).filter(([key]) => key !== "namespaces")) as Of;
  const network = { ...payments.network, egress: payments.network.egress.map(everywhere) };
  const tenant = { ...payments, name, namespaces: all, subjects: payments.subjects.map(everywhere), network };
  const [, set] = renderedSets([tenant], { facts, templates }) as [OwnerSet, OwnerSet];
  return { ...set, manifests: set.manifests.filter(({ object }) => object.kind !== "Node") };
}

function objectsOf({ manifests, record }: OwnerSet): KubernetesObject[] {
  return [...manifests.map(({ object }) => object), ...(record === undefined ? [] : [record])];
}

function yamlOf(objects: readonly KubernetesObject[]): string {
  return objects.map((object) => printYaml(object)).join("---\n");
}

function itemsOf(json: string): KubernetesObject[] {
  const answer = JSON.parse(json) as KubernetesObject & { items?: KubernetesObject[] };
  return answer.items ?? [answer];
}

/** Where a live value differs from the wanted one; more keys in a live map are fine, more items in a list are not. */
function differences(wanted: unknown, live: unknown, path: string): string[] {
  if (typeof wanted !== "object" || wanted === null)
    return Object.is(wanted, live) ? [] : [`${path}: ${JSON.stringify(wanted)} is ${JSON.stringify(live)}`];
  if (typeof live !== "object" || live === null) return [`${path} is ${JSON.stringify(live)}`];
  const extra =
    Array.isArray(wanted) && Object.keys(live).length !== wanted.length ? [`${path} has another length`] : [];
  return [
    ...extra,
    ...Object.entries(wanted).flatMap(([key, value]) =>
      differences(value, (live as Record<string, unknown>)[key], `${path}/${key}`),
    ),
  ];
}

function compare(wanted: readonly KubernetesObject[], live: readonly KubernetesObject[]): string[] {
  const byKey = new Map(live.map((object) => [keyOf(idOf(object)), object]));
  return wanted.flatMap((object) =>
    differences(object, byKey.get(keyOf(idOf(object))), describeId(idOf(object))),
  );
}

describe("what is printed", () => {
  test("is read by kubectl as the same texts, whatever YAML they look like", async () => {
    const data = Object.fromEntries(hostileNames.map((name, index) => [`k${index}`, name]));
    const keys = Object.fromEntries(
      hostileNames.filter((name) => name !== "").map((name) => [name, "value"]),
    );
    const lines = {
      literal: "one\n  two\n\nthree\n",
      stripped: "#a\nb: c",
      quoted: " a\nb \n",
      tab: "a\tb\nc",
      odd: "---\nx\n...\n",
    };
    const object = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "on", annotations: keys },
      data: { ...data, ...lines },
    };
    const { stdout, stderr } = await kubectl(
      ["create", "--dry-run=client", "--validate=false", "-o", "json", "-f", "-"],
      { input: printYaml(object) },
    );
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      metadata: { name: "on", annotations: keys },
      data: { ...data, ...lines },
    });
  });
});

describe("what is rendered is what the server keeps", () => {
  test("for every object of a tenant, applied twice without a change", async () => {
    const { manifests } = setOf("render-canonical");
    const objects = manifests.map(({ object }) => object);
    const input = yamlOf(objects);
    const apply = [
      "apply",
      "--server-side",
      "--field-manager=mtenant",
      "--force-conflicts",
      "-o",
      "json",
      "-f",
      "-",
    ];
    const first = await kubectl(apply, { input });
    expect(first.stderr).toBe("");
    expect(compare(objects, itemsOf(first.stdout))).toEqual([]);
    const version = (object: KubernetesObject) => object.metadata.resourceVersion;
    const stable = (json: string) =>
      itemsOf(json)
        .filter(({ kind }) => !["ResourceQuota", "Namespace", "ServiceAccount"].includes(kind))
        .map(version);
    const second = await kubectl(apply, { input });
    expect(stable(second.stdout)).toEqual(stable(first.stdout));
  });

  test("for every object of the cluster", async () => {
    const objects = renderCluster({ facts, templates }).map(({ object }) => object);
    const { stdout, stderr } = await kubectl(
      [
        "apply",
        "--server-side",
        "--field-manager=mtenant",
        "--force-conflicts",
        "--dry-run=server",
        "-o",
        "json",
        "-f",
        "-",
      ],
      { input: yamlOf(objects) },
    );
    expect(stderr).toBe("");
    expect(compare(objects, itemsOf(stdout))).toEqual([]);
  });
});

describe("an output folder", () => {
  test("of tenants called on, no and 1e3 is built by kustomize to the rendered objects, in the order of the folders", async () => {
    const dir = await mkdtemp(join(tmpdir(), "mtenant-kustomize-"));
    const sets: OwnerSet[] = [
      ...renderedSets([], { facts, templates }),
      setOf("on"),
      setOf("no"),
      setOf("1e3"),
    ];
    await writeOutputFolder(join(dir, "out"), sets);
    const { stdout, stderr } = await kubectl(["kustomize", join(dir, "out")]);
    expect(stderr).toBe("");
    const built = parseAllDocuments(stdout, { version: "1.1" }).map(
      (document) => document.toJS() as KubernetesObject,
    );
    const rendered = sets.flatMap(objectsOf);
    expect(compare(rendered, built)).toEqual([]);
    expect(built).toHaveLength(rendered.length);
    const kinds = built.map(({ kind }) => kind);
    expect(kinds.slice(kinds.indexOf("RoleBinding")).every((kind) => kind === "RoleBinding")).toBe(true);
    await rm(dir, { recursive: true });
  });

  test("is applied by kubectl to the same objects as the render", async () => {
    const dir = await mkdtemp(join(tmpdir(), "mtenant-apply-"));
    const set = setOf("render-folder");
    // The namespace of the records is in cluster/, which is left out here.
    await kubectl(["create", "namespace", "mtenant-system"]);
    await writeOutputFolder(join(dir, "out"), [set]);
    const apply = await kubectl([
      "apply",
      "--server-side",
      "--force-conflicts",
      "-o",
      "json",
      "-k",
      join(dir, "out"),
    ]);
    // kubectl says that it goes by the order of the folder, as it should.
    expect(apply.stderr.replace(/^.*Warning: Sorting order is set both .*\n/m, "")).toBe("");
    expect(compare(objectsOf(set), itemsOf(apply.stdout))).toEqual([]);
    await kubectl(["delete", "configmap", "-n", "mtenant-system", "tenant.render-folder"]);
    await rm(dir, { recursive: true });
  });
});
