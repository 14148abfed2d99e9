import type { KubernetesObject } from "../manifests/object.ts";
import { ConnectionError } from "./api-error.ts";

/** What an answer must be. */
export interface Expected {
  /** `METHOD path`, for the error. */
  readonly request: string;
  readonly group: string;
  readonly kind: string;
  /** Absent: any. */
  readonly name?: string;
  readonly namespace?: string;
}

/** The answer as the object that was asked for. Throws a ConnectionError when it is another one. */
export function receivedObject(body: unknown, expected: Expected): KubernetesObject {
  const object = body as Partial<KubernetesObject>;
  const { name, namespace = "" } = object.metadata ?? {};
  const isRight =
    object.kind === expected.kind &&
    groupOf(object.apiVersion) === expected.group &&
    (expected.name === undefined || name === expected.name) &&
    (expected.namespace === undefined || namespace === expected.namespace);
  if (isRight && typeof name === "string") return body as KubernetesObject;
  const wanted = `${expected.kind} ${expected.name ?? ""}`.trim();
  const message = `asked for ${wanted}, the answer is ${object.kind ?? "nothing"} ${name ?? ""}`.trim();
  throw new ConnectionError(expected.request, message, undefined, { problem: "foreign", sent: true });
}

/** The group of an apiVersion; "" is the core group. */
export function groupOf(apiVersion: string | undefined): string {
  const [group, version] = (apiVersion ?? "").split("/");
  return version === undefined ? "" : (group ?? "");
}
