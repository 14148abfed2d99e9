import { readFileSync } from "node:fs";
import { join } from "node:path";
import { access } from "../../../src/boundaries/access/index.ts";
import type {
  NamespaceScope,
  RenderedSet,
  TemplateUse,
  Violation,
} from "../../../src/boundaries/boundary.ts";
import { newestPinnedMinor, pinnedFacts } from "../../../src/facts/pinned.ts";
import { fillTemplate } from "../../../src/manifests/fill.ts";
import type { Manifest } from "../../../src/manifests/manifest.ts";
import type { KubernetesObject } from "../../../src/manifests/object.ts";
import { parseTemplate } from "../../../src/manifests/template.ts";
import type { Subject, Tenant, TenantNamespace } from "../../../src/tenant/tenant.ts";

/** A tenant with two namespaces and these subjects. */
export function tenantWith(subjects: readonly Subject[]): Tenant {
  const namespace = (name: string): TenantNamespace => ({
    name,
    existing: false,
    labels: {},
    podSecurity: "restricted",
    quota: { hard: {} },
    limitRange: { limits: [] },
  });
  return {
    name: "pay",
    labels: {},
    namespaces: [namespace("pay"), namespace("pay-stg")],
    subjects,
    nodes: { mode: "Shared", pools: [] },
    pods: {},
    allowed: {
      imageRegistries: [],
      storageClassNames: [],
      priorityClassNames: [],
      csiDrivers: [],
      tokenAudiences: [],
    },
    network: { dns: "Allow", apiServer: "Deny", egress: [], ingress: [] },
  };
}

/** What this boundary alone renders for a tenant from the packaged templates. */
export async function renderAccess(tenant: Tenant): Promise<RenderedSet> {
  const facts = await pinnedFacts(newestPinnedMinor);
  const manifests: Manifest[] = [];
  for (const namespace of tenant.namespaces) {
    for (const use of access.uses) manifests.push(...(await renderUse(use, { tenant, facts, namespace })));
  }
  return { manifests, facts, tenant };
}

async function renderUse(use: TemplateUse, scope: NamespaceScope): Promise<Manifest[]> {
  if (use.per !== "namespace") throw new Error(`${use.file} is rendered per ${use.per}`);
  if (use.when?.(scope) === false) return [];
  const text = readFileSync(join(import.meta.dirname, "../../../templates", use.file), "utf8");
  const documents = await parseTemplate(text, use.file);
  return documents.map((document) => ({
    owner: { kind: "tenant", name: scope.tenant.name },
    form: use.form?.(scope) ?? "object",
    boundary: "access",
    template: use.file,
    object: fillTemplate(document, use.values(scope)),
    comments: new Map(document.comments),
  }));
}

/** Every violation of this boundary's guarantees. */
export function violations(set: RenderedSet): Violation[] {
  return access.guarantees.flatMap((guarantee) => [...guarantee(set)]);
}

/** The set with the objects of a kind and name changed; undefined takes them away. */
export function withObject(
  set: RenderedSet,
  [kind, name]: readonly [string, string],
  change: (object: KubernetesObject) => KubernetesObject | undefined,
): RenderedSet {
  const manifests = set.manifests.flatMap((manifest) => {
    if (manifest.object.kind !== kind || manifest.object.metadata.name !== name) return [manifest];
    const object = change(manifest.object);
    return object === undefined ? [] : [{ ...manifest, object }];
  });
  return { ...set, manifests };
}
