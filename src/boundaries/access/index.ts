import type { PolicyRule } from "../../facts/facts.ts";
import { RoleName } from "../../manifests/names.ts";
import type { JsonMap } from "../../manifests/object.ts";
import type { TenantRole } from "../../tenant/tenant.ts";
import type { Boundary, NamespaceScope, TemplateUse, Values } from "../boundary.ts";
import { accessGuarantees } from "./guarantees.ts";
import { roleBindingReach } from "./reach-of-bindings.ts";
import { roleReach } from "./reach-of-roles.ts";
import { serviceAccountReach } from "./reach-of-service-accounts.ts";
import { sourceMinor } from "./source.ts";
import { subjectsOf } from "./subjects.ts";
import { tenantRoles } from "./tenant-roles.ts";

/** What the tenant's people may do through the API, and who they are. */
export const access: Boundary = {
  name: "access",
  uses: [
    { per: "namespace", file: "access/roles.yaml", values: roleValues },
    {
      per: "namespace",
      file: "access/default-service-account.yaml",
      form: () => "amendment",
      values: ({ namespace }) => ({ namespace: namespace.name }),
    },
    bindingUse("Owner"),
    bindingUse("Developer"),
    bindingUse("Viewer"),
  ],
  guarantees: accessGuarantees,
  reach: {
    "rbac.authorization.k8s.io/Role": roleReach,
    "rbac.authorization.k8s.io/ClusterRole": roleReach,
    "rbac.authorization.k8s.io/RoleBinding": roleBindingReach,
    "rbac.authorization.k8s.io/ClusterRoleBinding": roleBindingReach,
    "/ServiceAccount": serviceAccountReach,
  },
};

/** One RoleBinding for each role and namespace; none where nobody has the role. */
function bindingUse(role: TenantRole): TemplateUse {
  const subjects = ({ tenant, namespace }: NamespaceScope) => subjectsOf(tenant, role, namespace.name);
  return {
    per: "namespace",
    file: "access/role-binding.yaml",
    when: (scope) => subjects(scope).length > 0,
    values: (scope) => ({ namespace: scope.namespace.name, role: RoleName[role], subjects: subjects(scope) }),
  };
}

function roleValues({ namespace, facts }: NamespaceScope): Values {
  const { Owner, Developer, Viewer } = tenantRoles(facts);
  return {
    namespace: namespace.name,
    ownerRules: asJson(Owner.rules),
    ownerMinor: sourceMinor(Owner, facts.minor),
    ownerTriples: Owner.hash,
    developerRules: asJson(Developer.rules),
    developerMinor: sourceMinor(Developer, facts.minor),
    developerTriples: Developer.hash,
    viewerRules: asJson(Viewer.rules),
    viewerMinor: sourceMinor(Viewer, facts.minor),
    viewerTriples: Viewer.hash,
  };
}

/** The very list, not a copy: that it is judged and printed once is what makes a thousand tenants cheap. */
function asJson(rules: readonly PolicyRule[]): readonly JsonMap[] {
  return rules as readonly object[] as readonly JsonMap[];
}
