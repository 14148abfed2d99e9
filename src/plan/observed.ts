import type { KubernetesObject, ObjectId } from "../manifests/object.ts";

/** A field that an apply would take from another manager. */
export interface FieldConflict {
  /** As the server names it: `.spec.hard.pods`. */
  readonly field: string;
  /** The server's words, which name the manager: `conflict with "kubectl-edit" using v1`. */
  readonly message: string;
}

/** The server would not carry out a change. */
export interface DryRunRefusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  /** Empty unless other managers hold fields. */
  readonly conflicts: readonly FieldConflict[];
}

/** What is known about one object before planning; all absent: it does not exist. */
export interface Observed {
  readonly live?: KubernetesObject;
  /** What the server says that it would be after our apply. */
  readonly dryRun?: KubernetesObject;
  readonly dryRunRefusal?: DryRunRefusal;
}

/** What an owner's record says of one object: `uid` absent means intended. */
export interface HeldObject {
  readonly id: ObjectId;
  readonly form: "object" | "amendment";
  readonly uid?: string;
  readonly former?: string;
}
