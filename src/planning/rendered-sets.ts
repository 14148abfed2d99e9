import { guardGeneration } from "../boundaries/guards/generation.ts";
import type { Facts } from "../facts/facts.ts";
import type { Owner } from "../manifests/manifest.ts";
import { encodeRecord } from "../record/codec.ts";
import { renderedRecord } from "../record/rendered.ts";
import type { OwnerSet } from "../render/folder.ts";
import { renderCluster, renderTenant } from "../render/render.ts";
import type { TemplateSet } from "../render/templates.ts";
import { documentOf } from "../tenant/document.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { version } from "../version.ts";

/** What everything is rendered from. */
interface Sources {
  readonly facts: Facts;
  readonly templates: TemplateSet;
}

/** What somebody else than mtenant applies: the cluster's set and every tenant's, each with its record. Throws as `renderTenant`. */
export function renderedSets(tenants: readonly Tenant[], sources: Sources): OwnerSet[] {
  return [clusterSet(sources), ...tenants.map((tenant) => tenantSet(tenant, sources))];
}

function clusterSet(sources: Sources): OwnerSet {
  const owner: Owner = { kind: "cluster" };
  const manifests = renderCluster(sources);
  const generation = guardGeneration(manifests);
  const record = renderedRecord({ owner, manifests, writtenBy: version, guardGeneration: generation });
  return { owner, manifests, record: encodeRecord(record) };
}

function tenantSet(tenant: Tenant, sources: Sources): OwnerSet {
  const owner: Owner = { kind: "tenant", name: tenant.name };
  const manifests = renderTenant({ tenant, ...sources });
  const record = renderedRecord({ owner, manifests, writtenBy: version, spec: documentOf(tenant) });
  return { owner, manifests, record: encodeRecord(record) };
}
