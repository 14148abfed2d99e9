import type { Comments } from "../manifests/comments.ts";
import type { Manifest, Owner } from "../manifests/manifest.ts";
import { idOf, type JsonMap, type KubernetesObject, type ObjectId } from "../manifests/object.ts";
import { printDocument, printYaml } from "../manifests/yaml.ts";

/** What is rendered for one owner; its record as well, so that mtenant knows what a GitOps tool applied. */
export interface OwnerSet {
  readonly owner: Owner;
  readonly manifests: readonly Manifest[];
  readonly record?: KubernetesObject;
}

/** One file of the output folder; `path` has `/` between its parts. */
export interface OutputFile {
  readonly path: string;
  readonly text: string;
}

/** What an earlier run left of owners that are not rendered now; they stay listed. */
export interface PresentOwners {
  readonly cluster: boolean;
  readonly tenants: readonly string[];
}

/** The first line of every file that mtenant writes into a folder: it may be overwritten and removed. */
export const OUTPUT_MARKER = "# Written by mtenant render: a rerun overwrites or removes this file.";

/**
 * The files of an output folder, one object a file. `cluster/` holds what all tenants share and comes first; a tenant's
 * walls are in `tenants/<name>/` and its RoleBindings in `tenants/<name>/access/`, each a Kustomization of its own, so
 * that a GitOps tool can wait for the walls; the Kustomization of the folder lists them all in that order. Nodes are
 * not among them: they belong to the cluster's operator and are amended by a command.
 */
export function outputFolder(
  sets: readonly OwnerSet[],
  present: PresentOwners = { cluster: false, tenants: [] },
): OutputFile[] {
  const hasCluster = present.cluster || sets.some(({ owner }) => owner.kind === "cluster");
  const tenants = new Set([
    ...present.tenants,
    ...sets.flatMap(({ owner }) => (owner.kind === "tenant" ? [owner.name] : [])),
  ]);
  const folders = [...tenants].sort();
  const resources = [
    ...(hasCluster ? ["cluster"] : []),
    ...folders.map((name) => `tenants/${name}`),
    ...folders.map((name) => `tenants/${name}/access`),
  ];
  return [...sets.flatMap(filesOfSet), kustomization("", resources)];
}

/** The folder of an owner, in which only its files are. */
export function folderOf(owner: Owner): string {
  return owner.kind === "cluster" ? "cluster" : `tenants/${owner.name}`;
}

/** One object as it is printed. */
export interface PrintedObject {
  readonly object: KubernetesObject;
  readonly comments: Comments;
}

/**
 * Every object of these sets, in the order in which the folder is applied: what all tenants share, the walls of every
 * tenant, and when they all stand the access. Nodes are left out.
 */
export function inOrderOfApplying(sets: readonly OwnerSet[]): PrintedObject[] {
  const ordered = [
    ...sets.filter(({ owner }) => owner.kind === "cluster"),
    ...sets.filter(({ owner }) => owner.kind === "tenant"),
  ];
  return [...ordered.flatMap(wallsOf), ...ordered.flatMap(accessOf)];
}

/** Why it is there, for those who read the repository. */
const RECORD_COMMENT =
  " What mtenant knows of the objects beside this one: list, diff and the refusal to change them behind the back of the\n" +
  " tool that applies them read it. It is applied together with them.";

/**
 * The record stands where its namespace does and before everything that it lists: what has been begun is known, and its
 * names are taken, however far the applying came.
 */
function wallsOf({ owner, manifests, record }: OwnerSet): readonly PrintedObject[] {
  const walls: readonly PrintedObject[] = manifests
    .filter(({ object }) => object.kind !== "Node" && !isAccess(owner, object))
    .sort((one, other) => rankOf(one) - rankOf(other));
  const printed =
    record === undefined ? [] : [{ object: record, comments: new Map([["", { before: RECORD_COMMENT }]]) }];
  const at = owner.kind === "cluster" ? walls.findIndex(({ object }) => object.kind !== "Namespace") : 0;
  return walls.toSpliced(at, 0, ...printed);
}

function accessOf({ owner, manifests }: OwnerSet): PrintedObject[] {
  return manifests.filter(({ object }) => isAccess(owner, object));
}

function isAccess(owner: Owner, object: KubernetesObject): boolean {
  return owner.kind === "tenant" && object.kind === "RoleBinding";
}

/**
 * Namespaces before what stands in them; guards before the bindings that switch them on; what Kubernetes makes itself in
 * a new namespace, the `default` ServiceAccount, when it had time for it.
 */
function rankOf({ object, form }: Manifest): number {
  if (object.kind === "Namespace") return 0;
  if (form === "amendment") return 3;
  return object.kind.endsWith("Binding") ? 2 : 1;
}

function filesOfSet(set: OwnerSet): OutputFile[] {
  const folder = folderOf(set.owner);
  const walls = wallsOf(set).map((each) => fileOf(folder, each));
  const shared = [...walls, kustomizationOf(folder, walls)];
  if (set.owner.kind === "cluster") return shared;
  const access = accessOf(set).map((each) => fileOf(`${folder}/access`, each));
  return [...shared, ...access, kustomizationOf(`${folder}/access`, access)];
}

function fileOf(folder: string, { object, comments }: PrintedObject): OutputFile {
  return {
    path: `${folder}/${fileName(idOf(object))}`,
    text: `${OUTPUT_MARKER}\n${printYaml(object, comments)}`,
  };
}

/**
 * `<kind>.<namespace>.<name>.yaml`, without the namespace where the kind has none. Kinds and namespaces hold no dot, so
 * different objects have different files; characters that a file system may not take are percent-encoded.
 */
function fileName(id: ObjectId): string {
  const parts = [id.kind.toLowerCase(), ...(id.namespace === "" ? [] : [id.namespace]), id.name];
  return `${parts.map(encodeFilePart).join(".")}.yaml`;
}

function encodeFilePart(part: string): string {
  return part.replace(
    /[^a-z0-9.-]/g,
    (character) => `%${(character.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}`,
  );
}

function kustomizationOf(folder: string, files: readonly OutputFile[]): OutputFile {
  return kustomization(
    folder,
    files.map(({ path }) => path.slice(folder.length + 1)),
  );
}

/** The order of the list is the order of applying. */
function kustomization(folder: string, resources: readonly string[]): OutputFile {
  const document: JsonMap = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources,
    sortOptions: { order: "fifo" },
  };
  return {
    path: folder === "" ? "kustomization.yaml" : `${folder}/kustomization.yaml`,
    text: `${OUTPUT_MARKER}\n${printDocument(document)}`,
  };
}
