import type { AttackRequest } from "../boundaries/attack.ts";
import { ApiError } from "../cluster/api-error.ts";
import type { ApiRequest, Cluster } from "../cluster/cluster.ts";
import { collectionPath, objectPath, pathOf } from "../cluster/paths.ts";
import { idOf, type KubernetesObject } from "../manifests/object.ts";

/** Whom a request is sent as. */
export interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
}

/** What the server said to a request, whether it was a yes or a no. */
export interface Answer {
  /** `POST /api/v1/namespaces/team1/pods?dryRun=All`, for people. */
  readonly request: string;
  readonly code: number;
  /** metav1.StatusReason; "" of a yes. */
  readonly reason: string;
  /** "" of a yes. */
  readonly message: string;
  /** The server's warnings; "": none. */
  readonly warnings: string;
  /** What a write would store. Nothing that was read is kept. */
  readonly object?: KubernetesObject;
}

/**
 * Sends an attack or its twin as somebody else. What is read is read, with the metadata of one object at most; whatever
 * would write is a dry-run. Throws ConnectionError: nobody knows then what the server thinks of it.
 */
export async function sendAttack(cluster: Cluster, attack: AttackRequest, as: Identity): Promise<Answer> {
  const sent = requestOf(attack);
  const query = new URLSearchParams(sent.query).toString();
  const request = `${sent.method} ${sent.path}${query === "" ? "" : `?${query}`}`;
  try {
    const {
      status,
      body,
      warnings = "",
    } = await cluster.send({ ...sent, impersonate: as, repeatable: true });
    const object = sent.method === "GET" ? {} : { object: body as KubernetesObject };
    return { request, code: status, reason: "", message: "", warnings, ...object };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { code, reason, message, warnings = "" } = error;
    return { request, code, reason, message, warnings };
  }
}

const METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
const METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
const dryRun = { dryRun: "All" };

function requestOf(attack: AttackRequest): ApiRequest {
  if ("kind" in attack) {
    const path = collectionPath(attack.kind, attack.namespace);
    if (attack.verb === "list") return { method: "GET", path, query: { limit: "1" }, accept: METADATA_LIST };
    return { method: "DELETE", path, query: dryRun };
  }
  if ("object" in attack) return writeOf(attack);
  const { id, served, subresource } = attack;
  const path = served === undefined ? pathOf(id, subresource) : objectPath(served, id, subresource);
  if ("body" in attack) {
    const contentType = "application/merge-patch+json";
    return { method: "PATCH", path, query: dryRun, contentType, body: attack.body };
  }
  if (attack.verb === "get")
    return { method: "GET", path, ...(subresource === undefined ? { accept: METADATA } : {}) };
  return { method: "DELETE", path, query: dryRun };
}

function writeOf({ verb, object, subresource }: Extract<AttackRequest, { object: unknown }>): ApiRequest {
  const id = idOf(object);
  if (verb === "update") return { method: "PUT", path: pathOf(id, subresource), query: dryRun, body: object };
  const path = subresource === undefined ? collectionPath(id, id.namespace) : pathOf(id, subresource);
  return {
    method: "POST",
    path,
    query: dryRun,
    body: subresource === undefined ? object : bodyOf(subresource),
  };
}

/** What is sent to the subresources that take an object of their own kind. */
function bodyOf(subresource: string): object {
  return subresource === "token"
    ? {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { expirationSeconds: 31_536_000 },
      }
    : { apiVersion: "v1", kind: "Binding", metadata: {}, target: { kind: "Node", name: "mtenant-attack" } };
}
