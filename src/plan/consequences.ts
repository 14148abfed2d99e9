import type { KubernetesObject, ObjectId } from "../manifests/object.ts";
import { describeId, idOf } from "../manifests/object.ts";
import { conditionsOf, lastingFinalizersOf } from "./blocking.ts";
import { grouped } from "./grouped.ts";
import { valueAt } from "./json-values.ts";
import type { Change, Plan } from "./plan.ts";

/** How many objects of a kind there are. */
export interface KindCount {
  readonly group: string;
  readonly kind: string;
  readonly count: number;
}

/** A PersistentVolume and the claim that it is or was bound to. */
export interface Volume {
  readonly name: string;
  readonly claim: { readonly namespace: string; readonly name: string };
  /** `Retain`: it and its data outlive the claim. `Delete`: whoever made it takes it away. */
  readonly reclaimPolicy: string;
  /** What its claim asked for: `10Gi`. */
  readonly capacity: string;
}

/** What a removal means beyond the objects of its plan. */
export interface Consequences {
  /** What lives in the namespaces that go, without the plan's own objects. */
  readonly goes: readonly KindCount[];
  /** What the plan releases instead of deleting it; of a namespace, with what lives in it. */
  readonly stays: readonly { readonly id: ObjectId; readonly inside: readonly KindCount[] }[];
  /** Volumes whose data outlives the namespaces. */
  readonly survives: readonly Volume[];
  /** What will keep the removal waiting, one sentence each. */
  readonly blocks: readonly string[];
  /** What could not be looked at, one sentence each: there may be more than is told. */
  readonly unknown: readonly string[];
}

/** What is remembered of one object that lives in a namespace. */
export interface Resident {
  readonly id: ObjectId;
  readonly uid: string;
  /** The sentence about finalizers that will not go by themselves. */
  readonly waits: readonly string[];
  /** Of a Pod: where it runs. */
  readonly node?: string;
}

/** What was found around the plans of a run: all of them share it. */
export interface Surroundings {
  /** By namespace. */
  readonly residents: ReadonlyMap<string, readonly Resident[]>;
  readonly volumes: readonly Volume[];
  /** The nodes that are not Ready. */
  readonly unready: ReadonlySet<string>;
  /** `group/version`s that the server cannot reach now. */
  readonly unreachable: readonly string[];
  readonly unknown: readonly string[];
  /** The uids of objects that are mtenant's without standing in a plan: its records. */
  readonly records: ReadonlySet<string>;
}

/** What Kubernetes itself puts into every namespace (pkg/controller/certificates/rootcacertpublisher, pkg/controller/serviceaccount). */
const given: ReadonlySet<string> = new Set(["ConfigMap/kube-root-ca.crt", "ServiceAccount/default"]);

/** What is worth remembering of a live object; nothing of what Kubernetes puts there, unless it blocks. */
export function residentOf(object: KubernetesObject): readonly Resident[] {
  const id = idOf(object);
  const waits = lastingFinalizersOf(object);
  if (id.group === "" && given.has(`${id.kind}/${id.name}`) && waits.length === 0) return [];
  const node = id.kind === "Pod" ? valueAt(object["spec"], "nodeName") : undefined;
  const uid = object.metadata.uid ?? "";
  return [{ id, uid, waits, ...(typeof node === "string" ? { node } : {}) }];
}

/** The volume that a claim is or was bound to; none when no claim ever was. */
export function volumeOf(object: KubernetesObject): readonly Volume[] {
  const claim = valueAt(object["spec"], "claimRef");
  const [namespace, name] = [valueAt(claim, "namespace"), valueAt(claim, "name")];
  if (typeof namespace !== "string" || typeof name !== "string" || valueAt(claim, "uid") === undefined)
    return [];
  return [
    {
      name: object.metadata.name,
      claim: { namespace, name },
      reclaimPolicy: String(valueAt(object["spec"], "persistentVolumeReclaimPolicy")),
      capacity: String(valueAt(valueAt(object["spec"], "capacity"), "storage") ?? ""),
    },
  ];
}

/** The namespaces that a plan deletes, and those that it gives back. */
export function namespacesOf(plan: Plan): {
  readonly gone: readonly string[];
  readonly kept: readonly string[];
} {
  const changes = changesOfKind(plan, "Namespace");
  const named = (action: Change["action"]): string[] =>
    changes.filter((each) => each.action === action).map(({ id }) => id.name);
  return { gone: named("delete"), kept: named("release") };
}

/** What carrying out this removal means for everything that it does not list. */
export function consequencesOf(plan: Plan, around: Surroundings): Consequences {
  const changes = plan.waves.flatMap((wave) => wave.changes);
  const { gone } = namespacesOf(plan);
  const own = new Set([...around.records, ...changes.flatMap(({ live }) => live?.metadata.uid ?? [])]);
  const inside = (namespace: string): readonly Resident[] => around.residents.get(namespace) ?? [];
  const foreign = (namespace: string): Resident[] => inside(namespace).filter(({ uid }) => !own.has(uid));
  return {
    goes: countByKind(gone.flatMap(foreign)),
    stays: changes.filter(isGivenBack).map(({ id }) => ({
      id,
      inside: id.kind === "Namespace" ? countByKind(foreign(id.name)) : [],
    })),
    survives: around.volumes.filter(
      ({ claim, reclaimPolicy }) => reclaimPolicy === "Retain" && gone.includes(claim.namespace),
    ),
    blocks: blocksOf(changes, gone.flatMap(inside), around),
    unknown: around.unknown,
  };
}

/** A ServiceAccount of a namespace that goes is released too, and gone all the same. */
function isGivenBack({ action, id }: Change): boolean {
  return action === "release" && (id.kind === "Namespace" || id.kind === "Node");
}

function changesOfKind(plan: Plan, kind: string): readonly Change[] {
  return plan.waves.flatMap((wave) => wave.changes.filter(({ id }) => id.group === "" && id.kind === kind));
}

/** Most first, then by name. An object that is served by two groups has one uid and counts once. */
function countByKind(residents: readonly Resident[]): readonly KindCount[] {
  const once = new Map(residents.map((each) => [each.uid, each]));
  const kinds = grouped([...once.values()], ({ id }) => `${id.kind}.${id.group}`);
  const counts = [...kinds.values()].flatMap((same) =>
    same.slice(0, 1).map(({ id: { group, kind } }) => ({ group, kind, count: same.length })),
  );
  return counts.sort((one, other) => other.count - one.count || one.kind.localeCompare(other.kind));
}

function blocksOf(
  changes: readonly Change[],
  inside: readonly Resident[],
  { unready, unreachable }: Surroundings,
): readonly string[] {
  const leaving = changes.filter(({ action }) => action === "delete").flatMap(({ live }) => live ?? []);
  const spaces = leaving.filter(({ kind, apiVersion }) => kind === "Namespace" && apiVersion === "v1");
  return [
    ...spaces.flatMap(terminating),
    ...new Set([...leaving.flatMap(lastingFinalizersOf), ...inside.flatMap(({ waits }) => waits)]),
    ...strandedPods(inside, unready),
    ...(spaces.length === 0 ? [] : unreachable.map(silent)),
  ];
}

function terminating(namespace: KubernetesObject): readonly string[] {
  const { deletionTimestamp } = namespace.metadata;
  if (deletionTimestamp === undefined) return [];
  const what = describeId(idOf(namespace));
  return [
    `${what} is being deleted since ${deletionTimestamp}`,
    ...conditionsOf(namespace).map((condition) => `${what}: ${condition}`),
  ];
}

/** kubernetes: pkg/controller/namespace/deletion: a namespace is not finalized while discovery fails for a group. */
function silent(groupVersion: string): string {
  return `the API ${groupVersion} does not answer: no namespace is gone before it does, or its APIService is deleted`;
}

const SHOWN_PODS = 3;

function strandedPods(inside: readonly Resident[], unready: ReadonlySet<string>): readonly string[] {
  const stranded = inside.filter(({ node }) => node !== undefined && unready.has(node));
  return [...grouped(stranded, ({ node }) => node ?? "")].map(([node, pods]) => {
    const shown = pods.slice(0, SHOWN_PODS).map(({ id }) => describeId(id));
    const more = pods.length > SHOWN_PODS ? ` and ${pods.length - SHOWN_PODS} more` : "";
    return `${shown.join(", ")}${more} on Node ${node}, which is not Ready: no pod ends there before its kubelet runs or the Node is deleted`;
  });
}
