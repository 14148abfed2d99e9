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

function filesOfSet({ owner, manifests, record }: OwnerSet): OutputFile[] {
  const folder = folderOf(owner);
  const written = manifests.filter(({ object }) => object.kind !== "Node");
  const isAccess = ({ object }: Manifest): boolean =>
    owner.kind === "tenant" && object.kind === "RoleBinding";
  const walls = written
    .filter((each) => !isAccess(each))
    .sort(inOrderOfApplying)
    .map((each) => fileOf(folder, each));
  const records =
    record === undefined
      ? []
      : [{ path: `${folder}/${fileName(idOf(record))}`, text: `${OUTPUT_MARKER}\n${printYaml(record)}` }];
  const files = [...walls, ...records];
  if (owner.kind === "cluster") return [...files, kustomizationOf(folder, files)];
  const access = written.filter(isAccess).map((each) => fileOf(`${folder}/access`, each));
  return [...files, kustomizationOf(folder, files), ...access, kustomizationOf(`${folder}/access`, access)];
}

/** Namespaces before what stands in them; guards before the bindings that switch them on. */
function inOrderOfApplying(one: Manifest, other: Manifest): number {
  const rank = ({ object }: Manifest): number =>
    object.kind === "Namespace" ? 0 : object.kind.endsWith("Binding") ? 2 : 1;
  return rank(one) - rank(other);
}

function fileOf(folder: string, { object, comments }: Manifest): OutputFile {
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
