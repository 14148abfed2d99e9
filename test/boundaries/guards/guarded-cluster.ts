import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { guards } from "../../../src/boundaries/guards/index.ts";
import { type GuardDenial, guardDenied } from "../../../src/boundaries/guards/denial.ts";
import { stampGeneration } from "../../../src/boundaries/guards/generation.ts";
import { type GuardProbe, guardProbes } from "../../../src/boundaries/guards/probes.ts";
import { pods } from "../../../src/boundaries/pods/index.ts";
import { ApiError } from "../../../src/cluster/api-error.ts";
import type { ApiResponse, Cluster } from "../../../src/cluster/cluster.ts";
import { connect } from "../../../src/cluster/connect.ts";
import { collectionPath, pathOf } from "../../../src/cluster/paths.ts";
import type { Facts } from "../../../src/facts/facts.ts";
import { fillTemplate } from "../../../src/manifests/fill.ts";
import type { Manifest } from "../../../src/manifests/manifest.ts";
import { idOf, type KubernetesObject } from "../../../src/manifests/object.ts";
import { parseTemplate } from "../../../src/manifests/template.ts";
import { renderCluster } from "../../../src/render/render.ts";
import { loadTemplates } from "../../../src/files/templates.ts";
import { type ControlPlane, startControlPlane } from "../../cluster/start.ts";

const templates = join(import.meta.dirname, "../../../templates");

export function factsOf(mutatingAdmissionPolicies: boolean): Facts {
  return {
    source: "pinned",
    minor: mutatingAdmissionPolicies ? 36 : 33,
    baseRoles: { admin: [], edit: [], view: [] },
    mutatingAdmissionPolicies,
    ranges: { pods: "unknown", services: "unknown", nodes: "unknown", apiServer: "unknown" },
    runtimeClasses: "unknown",
    priorityClasses: "unknown",
  };
}

/** The guards and the pod defaults from the packaged templates; `edit` may change the text of a template first. */
export async function renderGuards(
  facts: Facts = factsOf(true),
  edit: (text: string, file: string) => string = (text) => text,
): Promise<Manifest[]> {
  const rendered: Manifest[] = [];
  for (const { name, uses } of [guards, pods]) {
    for (const use of uses) {
      if (use.per !== "cluster" || use.when?.({ facts }) === false) continue;
      const text = edit(await readFile(join(templates, use.file), "utf8"), use.file);
      for (const document of await parseTemplate(text, use.file)) {
        rendered.push({
          owner: { kind: "cluster" },
          form: "object",
          boundary: name,
          template: use.file,
          object: fillTemplate(document, use.values({ facts })),
          comments: new Map(),
        });
      }
    }
  }
  return stampGeneration(rendered);
}

/** Who sends a request. */
export interface Actor {
  readonly user: string;
  readonly groups: readonly string[];
}

/** A control plane of its own: guards hold for a whole cluster, and other tests' objects must not meet them. */
export interface GuardedCluster {
  readonly cluster: Cluster;
  readonly controlPlane: ControlPlane;
  readonly manifests: readonly Manifest[];
  stop(): Promise<void>;
}

export async function startGuardedCluster(emulatedVersion?: string): Promise<GuardedCluster> {
  const controlPlane = await startControlPlane(emulatedVersion === undefined ? {} : { emulatedVersion });
  const { kubeconfig } = controlPlane;
  const cluster = await connect({ kubeconfig, env: {}, homeDir: "/", cwd: "/" });
  const facts = factsOf(emulatedVersion === undefined);
  const all = renderCluster({ facts, templates: await loadTemplates() });
  const manifests = all.filter(({ boundary }) => boundary === "guards" || boundary === "pods");
  for (const { object } of all.filter((each) => !manifests.includes(each))) await apply(cluster, object);
  for (const { object } of manifests) await apply(cluster, object);
  await probeUntilLive(cluster, guardProbes(manifests));
  return {
    cluster,
    controlPlane,
    manifests,
    stop: async () => {
      await cluster.close();
      await controlPlane.stop();
    },
  };
}

async function probeUntilLive(cluster: Cluster, probes: readonly GuardProbe[]): Promise<void> {
  for (const { object, answer, policy } of probes) {
    await until(`${policy} answers its probe`, async () => {
      const denial = await tryCreate(cluster, object);
      return denial.denied?.policy === policy && denial.denied.message === answer;
    });
  }
}

export function namespaceObject(
  name: string,
  labels: Record<string, string>,
  annotations: Record<string, string> = {},
): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: { "pod-security.kubernetes.io/enforce": "restricted", ...labels },
      annotations,
    },
  };
}

/** Server-side apply, as mtenant sends it. */
export function apply(cluster: Cluster, object: KubernetesObject, as?: Actor): Promise<ApiResponse> {
  return cluster.send({
    method: "PATCH",
    path: pathOf(idOf(object)),
    query: { fieldManager: "mtenant", force: "true" },
    contentType: "application/apply-patch+yaml",
    body: object,
    ...(as === undefined ? {} : { impersonate: as }),
  });
}

/** What a request came to: the answer, or which guard refused it and all that the server said. */
export interface Attempt {
  readonly object?: KubernetesObject;
  readonly code?: number;
  readonly message?: string;
  readonly denied?: GuardDenial | undefined;
}

export function tryCreate(cluster: Cluster, object: KubernetesObject, as?: Actor): Promise<Attempt> {
  return attempt(
    cluster.send({
      method: "POST",
      path: collectionPath(idOf(object), object.metadata.namespace ?? ""),
      query: { dryRun: "All" },
      body: object,
      ...(as === undefined ? {} : { impersonate: as }),
    }),
  );
}

/** A strategic merge patch, dry-run unless told; `subresource` as in the URL. */
export function tryPatch(
  cluster: Cluster,
  path: string,
  body: unknown,
  as?: Actor,
  query: Record<string, string> = { dryRun: "All" },
): Promise<Attempt> {
  const contentType = "application/strategic-merge-patch+json";
  return attempt(
    cluster.send({
      method: "PATCH",
      path,
      query,
      contentType,
      body,
      ...(as === undefined ? {} : { impersonate: as }),
    }),
  );
}

export async function attempt(response: Promise<ApiResponse>): Promise<Attempt> {
  try {
    return { object: (await response).body as KubernetesObject };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { code, message } = error;
    return { code, message, denied: guardDenied(error) };
  }
}

export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 45_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`it did not come true that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
