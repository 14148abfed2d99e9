import type { BoundaryName, Manifest, Owner } from "../../src/manifests/manifest.ts";
import { MANAGED_BY, MANAGED_BY_LABEL, TENANT_KEY } from "../../src/manifests/names.ts";
import type { JsonMap, KubernetesObject } from "../../src/manifests/object.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { describeId } from "../../src/manifests/object.ts";

/** A manifest of a tenant's object, with the labels that every object of mtenant carries. */
export function manifest(
  owner: Owner,
  object: KubernetesObject,
  form: Manifest["form"] = "object",
  boundary: BoundaryName = "network",
): Manifest {
  const tenant = owner.kind === "tenant" ? { [TENANT_KEY]: owner.name } : {};
  const labels = { [MANAGED_BY_LABEL]: MANAGED_BY, ...tenant, ...object.metadata.labels };
  const metadata = form === "object" ? { ...object.metadata, labels } : object.metadata;
  return {
    owner,
    form,
    boundary,
    template: `${boundary}/test.yaml`,
    object: { ...object, metadata },
    comments: new Map(),
  };
}

/** An object of any kind. */
export function object(
  apiVersion: string,
  kind: string,
  place: string,
  fields: JsonMap = {},
): KubernetesObject {
  const [namespace, name] = place.includes("/") ? place.split("/") : [undefined, place];
  return {
    apiVersion,
    kind,
    metadata: { name: name ?? "", ...(namespace === undefined ? {} : { namespace }) },
    ...fields,
  };
}

/** A plan as compact text: one line per change. */
export function planText(plan: Plan): string {
  return plan.waves
    .flatMap((wave) => wave.changes.map((each) => `${wave.name}: ${each.action} ${describeId(each.id)}`))
    .join("\n");
}

const RBAC = "rbac.authorization.k8s.io";

/** The walls of one small tenant. */
export function smallTenant(name: string): Manifest[] {
  const owner: Owner = { kind: "tenant", name };
  const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }];
  return [
    manifest(owner, object("v1", "Namespace", name), "object", "namespace"),
    manifest(
      owner,
      object("v1", "ServiceAccount", `${name}/default`, { automountServiceAccountToken: false }),
      "amendment",
      "namespace",
    ),
    manifest(
      owner,
      object("v1", "ResourceQuota", `${name}/mtenant`, { spec: { hard: { pods: "5" } } }),
      "object",
      "resources",
    ),
    manifest(
      owner,
      object("networking.k8s.io/v1", "NetworkPolicy", `${name}/default-deny`, {
        spec: { podSelector: {}, policyTypes: ["Egress", "Ingress"] },
      }),
    ),
    manifest(owner, object(`${RBAC}/v1`, "Role", `${name}/mtenant-owner`, { rules }), "object", "access"),
    manifest(owner, roleBinding(name, "mtenant-owner"), "object", "access"),
  ];
}

export function roleBinding(namespace: string, role: string): KubernetesObject {
  return object(`${RBAC}/v1`, "RoleBinding", `${namespace}/mtenant-owner`, {
    roleRef: { apiGroup: RBAC, kind: "Role", name: role },
    subjects: [{ apiGroup: RBAC, kind: "Group", name: "admins" }],
  });
}
