import { ApiError } from "../../src/cluster/api-error.ts";
import type { ApiRequest, Cluster } from "../../src/cluster/cluster.ts";
import { collectionPath, objectPath } from "../../src/cluster/paths.ts";
import { type Kind, kindOf } from "../../src/manifests/kinds.ts";
import { idOf, type KubernetesObject } from "../../src/manifests/object.ts";
import { type Application, nameInApplication } from "./applications.ts";
import { type Wall, wallThatRefused } from "./refusal.ts";
import { type Failure, podsOf } from "./workloads.ts";

/** An object of an application that a wall refused, or whose pods it refused. */
export interface Refusal {
  /** `Kind/name` */
  readonly object: string;
  readonly by: Wall;
  readonly message: string;
}

/** What became of an application. */
export interface Installed {
  readonly refusals: readonly Refusal[];
  /** How many pods came into being and were given a node. */
  readonly pods: number;
  /** What went wrong without a wall having said no: a defect of the corpus, of the stand or of a wall. */
  readonly problems: readonly string[];
}

const customResourceDefinition: Kind = {
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};

/**
 * Installs an application in a namespace as its owner, waits for its pods, reads it back, changes it, and takes it away
 * again: the life of a release. What is refused is left out, and the rest goes on, as with `kubectl apply`.
 */
export async function install(
  owner: Cluster,
  application: Application,
  namespace: string,
): Promise<Installed> {
  const objects = application.objects.map((object) => placed(object, namespace));
  const refusals: Refusal[] = [];
  const problems: string[] = [];
  const accepted: KubernetesObject[] = [];
  for (const object of withRelease(application, objects, namespace)) {
    const answer = await attempt(owner, { method: "POST", path: pathOfAll(object), body: object });
    if (answer === undefined) accepted.push(object);
    else sort(object, answer, refusals, problems);
  }
  const { pods, failures } = await podsOf(owner, accepted);
  for (const failure of failures) sort(failure.object, failure, refusals, problems);
  problems.push(...(await maintain(owner, accepted)), ...(await uninstall(owner, accepted)));
  return { refusals, pods, problems };
}

function placed(object: KubernetesObject, namespace: string): KubernetesObject {
  if (!kindFor(object).namespaced) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/** helm writes its release record first (helm: pkg/storage/driver/secrets.go). */
function withRelease(
  { installedBy, name }: Application,
  objects: readonly KubernetesObject[],
  namespace: string,
): readonly KubernetesObject[] {
  if (installedBy !== "helm") return objects;
  const release = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `sh.helm.release.v1.${name}.v1`,
      namespace,
      labels: { name, owner: "helm", status: "deployed", version: "1" },
    },
    type: "helm.sh/release.v1",
    data: { release: Buffer.from("H4sIAAAAAAAA/w==").toString("base64") },
  };
  return [release, ...objects];
}

function sort(
  object: KubernetesObject,
  { by, message }: Failure | Answer,
  refusals: Refusal[],
  problems: string[],
): void {
  const name = nameInApplication(object);
  if (by === undefined) problems.push(`${name}: ${message}`);
  else refusals.push({ object: name, by, message });
}

/** Read, list and change everything: what `helm upgrade` and `kubectl apply` do again and again. */
async function maintain(owner: Cluster, objects: readonly KubernetesObject[]): Promise<readonly string[]> {
  return failuresOf(owner, objects, (object) => [
    { method: "GET", path: pathOfOne(object) },
    { method: "GET", path: pathOfAll(object), query: { limit: "5" } },
    {
      method: "PATCH",
      path: pathOfOne(object),
      contentType: "application/merge-patch+json",
      body: { metadata: { annotations: { "example.com/revision": "2" } } },
    },
  ]);
}

async function uninstall(owner: Cluster, objects: readonly KubernetesObject[]): Promise<readonly string[]> {
  return failuresOf(owner, objects.toReversed(), (object) => [
    { method: "DELETE", path: pathOfOne(object), query: { propagationPolicy: "Background" } },
  ]);
}

async function failuresOf(
  owner: Cluster,
  objects: readonly KubernetesObject[],
  requestsFor: (object: KubernetesObject) => readonly ApiRequest[],
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const object of objects) {
    for (const request of requestsFor(object)) {
      const answer = await attempt(owner, request);
      if (answer !== undefined)
        failures.push(`${request.method} ${nameInApplication(object)}: ${answer.message}`);
    }
  }
  return failures;
}

interface Answer {
  readonly by: Wall | undefined;
  readonly message: string;
}

/** The refusal of a request, or undefined when it was carried out. */
async function attempt(owner: Cluster, request: ApiRequest, tries = 5): Promise<Answer | undefined> {
  try {
    await owner.send(request);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // The server lost a race with itself for the quota's count: whoever installs anything sends the request again.
    if (error.code === 409 && error.reason === "Conflict" && request.method === "POST" && tries > 1)
      return attempt(owner, request, tries - 1);
    return { by: wallThatRefused(error), message: error.message };
  }
}

function kindFor(object: KubernetesObject): Kind {
  const kind =
    object.kind === customResourceDefinition.kind ? customResourceDefinition : kindOf(idOf(object));
  if (kind === undefined) throw new Error(`the corpus has a ${object.kind}, which is no built-in kind`);
  return kind;
}

function pathOfAll(object: KubernetesObject): string {
  return collectionPath(kindFor(object), object.metadata.namespace ?? "");
}

function pathOfOne(object: KubernetesObject): string {
  return objectPath(kindFor(object), { namespace: "", ...object.metadata });
}
