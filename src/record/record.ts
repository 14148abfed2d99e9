import type { Owner } from "../manifests/manifest.ts";
import type { ObjectId } from "../manifests/object.ts";
import type { TenantDocument } from "../tenant/tenant.ts";

/** Where an owner stands. `removing`: the cluster's record while the last delete looks for tenants. `rendered`: written by render for a GitOps tool, which then owns the tenant. */
export type Phase = "creating" | "ready" | "deleting" | "removing" | "rendered";

/**
 * One object of a record. `uid` absent: intended, it may or may not exist yet. `former`: what release restores.
 */
export interface RecordEntry {
  readonly id: ObjectId;
  readonly form: "object" | "amendment";
  readonly uid?: string;
  /** Of an amendment: what the amended fields were before, as JSON text, so that release can restore exactly that. */
  readonly former?: string;
}

/** Who works on the owner now, and for how long the others wait without seeing the record move. */
export interface Holder {
  /** `user@host pid`, unique per process. */
  readonly id: string;
  readonly seconds: number;
  /** Counts up while the holder works, so that the record moves. */
  readonly beat?: number;
}

/**
 * An owner's entry in mtenant-system: what may exist of it in the cluster (a superset, written before the first
 * write), and the spec it was made from. Kept as a ConfigMap; see codec.ts for its form.
 */
export interface OwnerRecord {
  readonly formatVersion: number;
  readonly owner: Owner;
  readonly phase: Phase;
  /** The version of mtenant that wrote it last. */
  readonly writtenBy: string;
  /** A tenant's resolved spec; absent in the cluster's record. */
  readonly spec?: TenantDocument;
  /** The guards' generation that is live: 12 hex digits of a hash of the rendered guards. In the cluster's record only. */
  readonly guardGeneration?: string;
  readonly entries: readonly RecordEntry[];
  readonly holder?: Holder;
}
