import type { Manifest, Owner } from "../manifests/manifest.ts";
import type { Consequences } from "./consequences.ts";
import type { Json, KubernetesObject, ObjectId } from "../manifests/object.ts";

/** What a change means for the tenant's reach; `Effect` of boundaries/reach.ts, which plan must not import. */
export type ChangeEffect = "widens" | "narrows" | "neutral";

/**
 * What has to happen to one object.
 * create: it does not exist. adopt: it exists, is nobody's, and the spec names it. update: fields differ.
 * recreate: an immutable field differs. delete: it is ours and no longer wanted. amend / release: our fields on an
 * object that is not ours. unchanged: nothing. refuse: it must not be touched; `refusal` says why.
 */
export type Action =
  | "create"
  | "adopt"
  | "update"
  | "recreate"
  | "delete"
  | "amend"
  | "release"
  | "unchanged"
  | "refuse";

/** One field that differs, as a JSON Pointer, and who last set it to what it is now. */
export interface FieldChange {
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
  readonly manager?: string;
  readonly time?: string;
}

/** What has to happen to one object, and what a person should know before agreeing to it. */
export interface Change {
  readonly action: Action;
  readonly id: ObjectId;
  /** Absent for delete and release. */
  readonly manifest?: Manifest;
  /** What was read before planning; absent when the object does not exist. */
  readonly live?: KubernetesObject;
  readonly fields: readonly FieldChange[];
  readonly effect: ChangeEffect;
  /** Does it only take back what lets the tenant reach more than is wanted? Absent: it does not. */
  readonly mends?: boolean;
  /** Why it is refused, and what to do: set with `refuse` only. */
  readonly refusal?: string;
  /** Of `refuse`: 4 (the default) when it belongs to someone else, 2 when the spec is wrong, 3 when the server would not do it. */
  readonly refusalExit?: 2 | 3 | 4;
  /** Of `refuse`: only this object stays as it is, and all else of the plan is done. Absent: nothing of it is. */
  readonly isolated?: true;
  /** May the apply take fields from other managers? Only on what the record holds, or when the person said so. */
  readonly force?: boolean;
  /** Of amend and release: what the amended fields were before mtenant came, as the JSON text that the record keeps. */
  readonly former?: string;
  /** Something the person should know before agreeing: `not validated by the server`, `takes over .spec from kubectl`. */
  readonly notes: readonly string[];
}

/** Changes that may run together, then a barrier. */
export interface Wave {
  readonly name: WaveName;
  readonly changes: readonly Change[];
}

/** In the order of doing. `delete` runs them in reverse, access first of all. */
export const waveNames = [
  "system",
  "guards",
  "guard-bindings",
  "namespaces",
  "walls",
  "nodes",
  "access",
] as const;
export type WaveName = (typeof waveNames)[number];

/** All changes of one owner, in the order of doing. */
export interface Plan {
  readonly owner: Owner;
  readonly waves: readonly Wave[];
  /** What weakens a wall of the tenant and is not ours: a foreign RoleBinding or NetworkPolicy in its namespace. */
  readonly foreign: readonly Foreign[];
  /** Walls that the spec itself leaves open: no difference to make up for, but to be known. */
  readonly open?: readonly Foreign[];
  /** Of a removal: what it means beyond the objects of the waves. */
  readonly consequences?: Consequences;
}

/** An object in a tenant's namespace that is not ours and weakens a wall. */
export interface Foreign {
  readonly id: ObjectId;
  readonly effect: ChangeEffect;
  readonly message: string;
}

/** What happened to one change. */
export interface Outcome {
  readonly change: Change;
  readonly result: "done" | "failed" | "not-reached";
  /** The object as the server answered it. */
  readonly object?: KubernetesObject;
  readonly error?: Error;
}
