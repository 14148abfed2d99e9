import { ExitCode, ExpectedError } from "../errors.ts";
import type { Kind } from "../manifests/kinds.ts";
import { kindOf } from "../manifests/kinds.ts";
import type { ObjectId } from "../manifests/object.ts";
import { checkName, checkNamespace, checkPathPart } from "./object-names.ts";

/** What of an object's URL is not its name: `status`, `finalize`, `token`, `eviction`. */
export type Subresource = string;

/**
 * The path of one object of a built-in kind. Throws an ExpectedError (exit code 2) for a name that Kubernetes does not
 * allow, (exit code 70) for a namespace that is missing or that does not belong there, and an Error for a kind that is
 * not in the table.
 */
export function pathOf(id: ObjectId, subresource?: Subresource): string {
  return objectPath(builtInKind(id), id, subresource);
}

/** The path of one object of any kind that the server serves. Throws as `pathOf`. */
export function objectPath(
  kind: Kind,
  place: { readonly namespace: string; readonly name: string },
  subresource?: Subresource,
): string {
  if (kind.namespaced && place.namespace === "") throw misplaced(kind, "needs a namespace");
  checkNameOf(kind, place.name);
  if (subresource !== undefined) checkPathPart(subresource);
  const path = `${collectionPath(kind, place.namespace)}/${encodeURIComponent(place.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** The path of all objects of a kind, in one namespace or ("" or absent) in all. Throws as `pathOf`. */
export function collectionPath(of: Kind | Pick<Kind, "group" | "kind">, namespace = ""): string {
  const kind = "plural" in of ? of : builtInKind(of);
  for (const part of [kind.version, kind.plural]) checkPathPart(part);
  if (kind.group !== "") checkPathPart(kind.group);
  const root = kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  if (namespace === "") return `${root}/${kind.plural}`;
  if (!kind.namespaced) throw misplaced(kind, "belongs to no namespace");
  checkNamespace(namespace);
  return `${root}/namespaces/${namespace}/${kind.plural}`;
}

/** The kind of that name in the table of built-in kinds. Throws an Error: a kind that is not there is a bug of the caller. */
export function builtInKind(id: { readonly group: string; readonly kind: string }): Kind {
  const kind = kindOf(id);
  if (kind === undefined) throw new Error(`${id.group}/${id.kind} is not in the table of built-in kinds`);
  return kind;
}

function checkNameOf(kind: Kind, name: string): void {
  if (kind.group === "" && kind.kind === "Namespace") checkNamespace(name);
  else checkName(kind, name);
}

function misplaced(kind: Kind, why: string): ExpectedError {
  return new ExpectedError(ExitCode.bug, `${kind.kind} ${why}`);
}
