import { MANAGED_BY, MANAGED_BY_LABEL, TENANT_KEY } from "../manifests/names.ts";
import type { Owner } from "../manifests/manifest.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import type { HeldObject } from "./observed.ts";
import { otherTenant, otherTool } from "./other-tools.ts";
import { valueAt } from "./json-values.ts";
import { ownEntry } from "./unchanged.ts";

/** Whose an existing object is: this owner's, nobody's, or somebody's who is named (`tenant blue`, `Helm release "web"`). */
export type Ownership =
  | { readonly of: "us" }
  | { readonly of: "nobody" }
  | { readonly of: "other"; readonly name: string };

/** What decides it: the owner, its record's entry for the object, and when the record was created (RFC 3339). */
export interface Claim {
  readonly owner: Owner;
  readonly held: HeldObject | undefined;
  readonly recordCreated: string | undefined;
  /** Somebody else applies the owner's objects from rendered files. */
  readonly rendered?: boolean | undefined;
}

/**
 * The record decides, never a label alone: an object is ours when the record holds its uid, or when the record intends
 * it and it carries our labels, was applied by us, and is not older than the record. Of rendered files the list and the
 * labels have to do: who applies them, and whether the record first, is not ours to say.
 */
export function ownershipOf(live: KubernetesObject, claim: Claim): Ownership {
  if (holds(live, claim.held) || isIntended(live, claim)) return { of: "us" };
  const tenant = otherTenant(live, claim.owner);
  const other = tenant === undefined ? otherTool(live) : `tenant ${tenant}`;
  return other === undefined ? { of: "nobody" } : { of: "other", name: other };
}

/** Does the record hold exactly this object, and not another one of the same name? */
export function holds(live: KubernetesObject, held: HeldObject | undefined): boolean {
  return held?.uid !== undefined && held.uid === live.metadata.uid;
}

function isIntended(live: KubernetesObject, { owner, held, recordCreated, rendered }: Claim): boolean {
  if (held === undefined || held.uid !== undefined || recordCreated === undefined) return false;
  if (rendered === true) return carriesOurLabels(live, owner);
  const isNewer = (live.metadata.creationTimestamp ?? "") >= recordCreated;
  return isNewer && carriesOurLabels(live, owner) && ownEntry(live)?.operation === "Apply";
}

/**
 * May it be taken over, when a person says so, though no record holds it? Its labels name the owner, and mtenant
 * applied it, or a record lists it: one that came back from a backup, or that rendered files replaced.
 */
export function isOursByMarks(
  live: KubernetesObject,
  { owner, held }: Pick<Claim, "owner" | "held">,
): boolean {
  if (otherTenant(live, owner) !== undefined || otherTool(live) !== undefined) return false;
  return carriesOurLabels(live, owner) && (held !== undefined || ownEntry(live)?.operation === "Apply");
}

/** Are the labels those of this owner's objects? It proves nothing by itself. */
export function carriesOurLabels(live: KubernetesObject, owner: Owner): boolean {
  const { labels } = live.metadata;
  const tenant = owner.kind === "tenant" ? owner.name : undefined;
  return (
    valueAt(labels, MANAGED_BY_LABEL) === MANAGED_BY &&
    (tenant === undefined || valueAt(labels, TENANT_KEY) === tenant)
  );
}
