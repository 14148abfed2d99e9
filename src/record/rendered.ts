import type { Manifest, Owner } from "../manifests/manifest.ts";
import { idOf } from "../manifests/object.ts";
import { RECORD_FORMAT } from "./codec.ts";
import type { OwnerRecord } from "./record.ts";

/** What the record of rendered files is made of. */
export interface RenderedOwner {
  readonly owner: Owner;
  /** Everything rendered for the owner, Nodes included: those are reserved, though a person designates them. */
  readonly manifests: readonly Manifest[];
  /** The version of mtenant that renders. */
  readonly writtenBy: string;
  readonly spec?: NonNullable<OwnerRecord["spec"]>;
  readonly guardGeneration?: string;
}

/**
 * The record that is committed and applied together with an owner's rendered files. Nothing of it depends on when or
 * where it is rendered; every object is intended, because its uid is known to nobody before it is applied.
 */
export function renderedRecord({ owner, manifests, writtenBy, ...known }: RenderedOwner): OwnerRecord {
  const entries = manifests.map(({ object, form }) => ({ id: idOf(object), form }));
  return { formatVersion: RECORD_FORMAT, owner, phase: "rendered", writtenBy, ...known, entries };
}
