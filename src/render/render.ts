import type { TemplateUse } from "../boundaries/boundary.ts";
import { stampGeneration } from "../boundaries/guards/generation.ts";
import { boundaries } from "../boundaries/index.ts";
import type { Facts } from "../facts/facts.ts";
import { canonicalObject } from "../manifests/canonical.ts";
import { fillTemplate } from "../manifests/fill.ts";
import { type BoundaryName, boundaryNames, type Manifest, type Owner } from "../manifests/manifest.ts";
import { MANAGED_BY, MANAGED_BY_LABEL, TENANT_KEY } from "../manifests/names.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { checkRendered } from "./checks.ts";
import { clusterRenderings, type Rendering, tenantRenderings } from "./scopes.ts";
import type { PreparedDocument, TemplateSet } from "./templates.ts";

/**
 * All objects of one tenant, in the order of the boundaries, then by namespace, kind and name. Throws ExpectedError(2)
 * that lists every guarantee which the set does not keep, and every object that may not be in it.
 */
export function renderTenant(input: { tenant: Tenant; facts: Facts; templates: TemplateSet }): Manifest[] {
  const { tenant, facts, templates } = input;
  const owner: Owner = { kind: "tenant", name: tenant.name };
  const labels = { ...tenant.labels, [TENANT_KEY]: tenant.name };
  const renderings = (use: TemplateUse): Rendering[] => tenantRenderings(use, tenant, facts);
  const { manifests, packaged } = renderSets({ owner, labels, templates }, renderings);
  checkRendered({ manifests, facts, tenant, ...packaged });
  return manifests;
}

/** All objects that the tenants share: the namespace of the records, the guards. Throws as `renderTenant` does. */
export function renderCluster(input: { facts: Facts; templates: TemplateSet }): Manifest[] {
  const { facts, templates } = input;
  const renderings = (use: TemplateUse): Rendering[] => clusterRenderings(use, facts);
  const { manifests, packaged } = renderSets(
    { owner: { kind: "cluster" }, labels: {}, templates },
    renderings,
  );
  const stamped = stampGeneration(manifests);
  checkRendered({ manifests: stamped, facts, ...packaged });
  return stamped;
}

interface Sets {
  readonly manifests: Manifest[];
  readonly packaged: { readonly packaged?: readonly Manifest[] };
}

/** With overrides, what the packaged templates alone render to is rendered as well, for the guarantees to compare. */
function renderSets(ownership: Ownership, renderings: (use: TemplateUse) => Rendering[]): Sets {
  const { documents, packaged, overridden } = ownership.templates;
  const manifests = renderUses(ownership, documents, renderings);
  if (overridden.size === 0) return { manifests, packaged: {} };
  return { manifests, packaged: { packaged: renderUses(ownership, packaged, renderings) } };
}

interface Ownership {
  readonly owner: Owner;
  /** Of the owner; they go onto every object. */
  readonly labels: Readonly<Record<string, string>>;
  readonly templates: TemplateSet;
}

type Documents = TemplateSet["documents"];

function renderUses(
  ownership: Ownership,
  documents: Documents,
  renderings: (use: TemplateUse) => Rendering[],
): Manifest[] {
  const rendered = boundaries.flatMap(({ name, uses }) =>
    uses.flatMap((use) => {
      const prepared = documents.get(use.file);
      if (prepared === undefined)
        throw new Error(`the template ${use.file} of the boundary ${name} is missing`);
      const source: Source = { boundary: name, template: use.file, prepared };
      return renderings(use).flatMap((rendering) => renderUse(ownership, source, rendering));
    }),
  );
  return rendered.sort(inOrder);
}

interface Source {
  readonly boundary: BoundaryName;
  readonly template: string;
  readonly prepared: readonly PreparedDocument[];
}

function renderUse(
  ownership: Ownership,
  { boundary, template, prepared }: Source,
  rendering: Rendering,
): Manifest[] {
  const { owner } = ownership;
  return prepared.map(({ document, comments }) => {
    const filled = fillTemplate(document, rendering.values);
    const labelled =
      rendering.form === "object" ? withLabels(filled, ownership.labels, rendering.labels) : filled;
    return { owner, form: rendering.form, boundary, template, object: canonicalObject(labelled), comments };
  });
}

/** The spec's labels below the template's, and those that say whose it is above all. */
function withLabels(
  object: KubernetesObject,
  owners: Ownership["labels"],
  own: Rendering["labels"],
): KubernetesObject {
  const tenant = owners[TENANT_KEY];
  const whose = { [MANAGED_BY_LABEL]: MANAGED_BY, ...(tenant === undefined ? {} : { [TENANT_KEY]: tenant }) };
  const labels = { ...own, ...owners, ...object.metadata.labels, ...whose };
  return { ...object, metadata: { ...object.metadata, labels } };
}

function inOrder(one: Manifest, other: Manifest): number {
  return (
    boundaryNames.indexOf(one.boundary) - boundaryNames.indexOf(other.boundary) ||
    compare(one.object.metadata.namespace ?? "", other.object.metadata.namespace ?? "") ||
    compare(one.object.kind, other.object.kind) ||
    compare(one.object.metadata.name, other.object.metadata.name)
  );
}

/** By code points, so that the order is the same everywhere. */
function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
