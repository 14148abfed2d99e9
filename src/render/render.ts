import type { TemplateUse } from "../boundaries/boundary.ts";
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
  const manifests = renderUses({ owner, labels, templates }, (use) => tenantRenderings(use, tenant, facts));
  checkRendered({ manifests, facts, tenant });
  return manifests;
}

/** All objects that the tenants share: the namespace of the records, the guards. Throws as `renderTenant` does. */
export function renderCluster(input: { facts: Facts; templates: TemplateSet }): Manifest[] {
  const { facts, templates } = input;
  const manifests = renderUses({ owner: { kind: "cluster" }, labels: {}, templates }, (use) =>
    clusterRenderings(use, facts),
  );
  checkRendered({ manifests, facts });
  return manifests;
}

interface Ownership {
  readonly owner: Owner;
  /** Of the owner; they go onto every object. */
  readonly labels: Readonly<Record<string, string>>;
  readonly templates: TemplateSet;
}

function renderUses(ownership: Ownership, renderings: (use: TemplateUse) => Rendering[]): Manifest[] {
  const rendered = boundaries.flatMap((boundary) =>
    boundary.uses.flatMap((use) =>
      renderings(use).flatMap((rendering) => renderUse(ownership, boundary.name, use.file, rendering)),
    ),
  );
  return rendered.sort(inOrder);
}

function renderUse(
  ownership: Ownership,
  boundary: BoundaryName,
  template: string,
  rendering: Rendering,
): Manifest[] {
  const documents = ownership.templates.documents.get(template);
  if (documents === undefined)
    throw new Error(`the template ${template} of the boundary ${boundary} is missing`);
  const { owner } = ownership;
  return documents.map(({ document, comments }: PreparedDocument) => {
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
