import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guardProbes } from "../../../src/boundaries/guards/probes.ts";
import { collectionPath, pathOf } from "../../../src/cluster/paths.ts";
import { idOf, type KubernetesObject } from "../../../src/manifests/object.ts";
import { attacks, namespaces, object, parameters, pod } from "./attacks.ts";
import {
  type Actor,
  apply,
  attempt,
  type GuardedCluster,
  namespaceObject,
  startGuardedCluster,
  tryCreate,
  tryPatch,
  until,
} from "./guarded-cluster.ts";

/** May do everything in the tenant's namespaces, so that nothing but a guard can refuse it. */
const tenant: Actor = { user: "mallory", groups: ["team1"] };
/** May do everything with a list of verbs anywhere, which is not `manage`. */
const administrator: Actor = { user: "clumsy", groups: ["administrators"] };
const operator: Actor = { user: "olga", groups: ["system:masters"] };

const verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

function setUp(): readonly KubernetesObject[] {
  const rbac = "rbac.authorization.k8s.io/v1";
  const roleRef = (name: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name });
  const subject = (name: string) => [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name }];
  const binding = (namespace: string) => ({
    ...object(rbac, "RoleBinding", namespace),
    roleRef: roleRef("cluster-admin"),
    subjects: subject("team1"),
  });
  const ofCluster = (apiVersion: string, kind: string, name: string, fields: object): KubernetesObject => ({
    apiVersion,
    kind,
    metadata: { name },
    ...fields,
  });
  return [
    namespaceObject(namespaces.t1, { "mtenant.dev/tenant": "team1" }, { ...parameters }),
    namespaceObject(namespaces.t2, { "mtenant.dev/tenant": "team1" }),
    namespaceObject(
      namespaces.old,
      { "mtenant.dev/tenant": "team1", "pod-security.kubernetes.io/enforce-version": "v1.33" },
      { ...parameters },
    ),
    ofCluster(rbac, "ClusterRole", "all-listed-verbs", {
      rules: [{ apiGroups: ["*"], resources: ["*"], verbs }],
    }),
    ofCluster(rbac, "ClusterRoleBinding", "all-listed-verbs", {
      roleRef: roleRef("all-listed-verbs"),
      subjects: subject("administrators"),
    }),
    ofCluster("node.k8s.io/v1", "RuntimeClass", "gvisor", { handler: "runsc" }),
    ofCluster("node.k8s.io/v1", "RuntimeClass", "other", { handler: "runc" }),
    ofCluster("scheduling.k8s.io/v1", "PriorityClass", "low", { value: 10 }),
    ofCluster("storage.k8s.io/v1", "StorageClass", "gp3", { provisioner: "example.com/none" }),
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "example.com/none",
    },
    ...[namespaces.t1, namespaces.t2, namespaces.old].map(binding),
  ];
}

describe.each([
  { server: "a server with pod defaults", emulated: undefined },
  { server: "a server of 1.33, without pod defaults", emulated: "1.33" },
])("the guards on $server", ({ emulated }) => {
  let guarded: GuardedCluster;

  beforeAll(async () => {
    guarded = await startGuardedCluster(emulated);
    for (const each of setUp()) await apply(guarded.cluster, each);
    for (const namespace of Object.values(namespaces))
      await untilExists("v1", "ServiceAccount", namespace, "default");
  });
  afterAll(() => guarded?.stop());

  async function untilExists(
    apiVersion: string,
    kind: string,
    namespace: string,
    name: string,
  ): Promise<void> {
    const id = idOf({ apiVersion, kind, metadata: { name, namespace } });
    await until(
      `${kind} ${namespace}/${name} exists`,
      async () =>
        (await attempt(guarded.cluster.send({ method: "GET", path: pathOf(id) }))).object !== undefined,
    );
  }

  test.each(attacks)(
    "a tenant that $title is refused by $guard, its twin is not",
    async ({ guard, attack, twin, says, repaired, newField }) => {
      const refused = await tryCreate(guarded.cluster, attack, tenant);
      if ((repaired && emulated === undefined) || (newField && emulated !== undefined)) {
        expect(refused).toHaveProperty("object");
      } else {
        expect(refused.denied, refused.message ?? "it was let through").toMatchObject({
          policy: guard,
          broken: false,
        });
        expect(refused).toMatchObject({ code: 403, message: expect.stringContaining(says) });
      }
      expect(await tryCreate(guarded.cluster, twin, tenant)).not.toHaveProperty("message");
    },
  );

  test("the type check of the server finds nothing in any guard", async () => {
    const path = collectionPath({ group: "admissionregistration.k8s.io", kind: "ValidatingAdmissionPolicy" });
    await until("all guards are checked", async () =>
      (await readPolicies(path)).every(({ status }) => status?.typeChecking !== undefined),
    );
    const policies = await readPolicies(path);
    expect(policies.map(({ metadata }) => metadata.name).sort()).toEqual(
      guardProbes(guarded.manifests)
        .map(({ policy }) => policy)
        .sort(),
    );
    for (const { metadata, status } of policies)
      expect({ [metadata.name]: status?.typeChecking }).toEqual({ [metadata.name]: {} });
  });

  async function readPolicies(path: string) {
    const { body } = await guarded.cluster.send({ method: "GET", path });
    return (body as { items: { metadata: { name: string }; status?: { typeChecking?: object } }[] }).items;
  }
});
