import { GuardParameter, TENANT_KEY } from "../../manifests/names.ts";
import type { JsonMap, ObjectId } from "../../manifests/object.ts";
import { type Attack, type AttackScope, guard, otherTenant } from "../attack.ts";
import { podSecurityLabel } from "./pod-security.ts";

const ownNamespace = ({ namespace }: AttackScope): ObjectId => ({
  group: "",
  kind: "Namespace",
  namespace: "",
  name: namespace.name,
});

type Row = Pick<Attack, "id" | "title" | "request">;

/** Every write to the tenant's own namespace; reading it is the twin. */
function row(fields: Row): Attack {
  return {
    ...fields,
    boundary: "namespace",
    roles: ["Owner", "Developer", "Viewer"],
    refusedBy: ["RBAC", guard("mtenant-namespaces"), guard("mtenant-managed")],
    twin: (scope) => ({ verb: "get", id: ownNamespace(scope) }),
  };
}

function labelling(
  id: string,
  title: string,
  metadata: (scope: AttackScope) => JsonMap,
  subresource?: string,
): Attack {
  return row({
    id,
    title,
    request: (scope) => ({
      verb: "patch",
      id: ownNamespace(scope),
      body: { metadata: metadata(scope) },
      ...(subresource === undefined ? {} : { subresource }),
    }),
  });
}

const privileged = (): JsonMap => ({ labels: { [podSecurityLabel("enforce")]: "privileged" } });

/** How a tenant takes its outer wall down: the labels and annotations of its namespace, by every way that leads to them. */
export const namespaceAttacks: readonly Attack[] = [
  labelling("A11-pod-security", "turns Pod Security off in its namespace", privileged),
  labelling("A11-tenant", "moves its namespace to another tenant", (scope) => ({
    labels: { [TENANT_KEY]: otherTenant(scope) },
  })),
  labelling("A11-unlabel", "takes its namespace out of the guards' sight", () => ({
    labels: { [TENANT_KEY]: null },
  })),
  labelling("A11-parameters", "widens what the guards allow it", () => ({
    annotations: { [GuardParameter.nodeSelector]: null, [GuardParameter.imageRegistries]: null },
  })),
  labelling("A11-device-admin", "makes itself the administrator of all devices", () => ({
    labels: { "resource.kubernetes.io/admin-access": "true" },
  })),
  labelling("A12-status", "turns Pod Security off by the status of its namespace", privileged, "status"),
  row({
    id: "A12-finalize",
    title: "wipes the labels of its namespace by finalizing it",
    request: ({ namespace }) => ({
      verb: "update",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace.name }, spec: {} },
      subresource: "finalize",
    }),
  }),
  row({
    id: "A13-namespace",
    title: "deletes its namespace",
    request: (scope) => ({ verb: "delete", id: ownNamespace(scope) }),
  }),
];
