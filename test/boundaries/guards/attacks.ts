import { attacks } from "../../../src/boundaries/attacks.ts";
import { type Attack, type AttackScope, noNeighbour } from "../../../src/boundaries/attack.ts";
import { harmlessPod } from "../../../src/boundaries/harmless.ts";
import { guardParameters } from "../../../src/boundaries/namespace/parameters.ts";
import { GuardParameter } from "../../../src/manifests/names.ts";
import type { JsonMap, KubernetesObject } from "../../../src/manifests/object.ts";
import type { Tenant } from "../../../src/tenant/tenant.ts";
import { factsOf } from "./guarded-cluster.ts";

/** A namespace with every parameter set, one of a tenant that shares its nodes, and one that Pod Security judges by an older version. */
export const namespaces = { t1: "guarded", t2: "guarded-plain", old: "guarded-old" } as const;

const plain: Tenant = {
  name: "team1",
  labels: {},
  namespaces: [],
  subjects: [],
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

const full: Tenant = {
  ...plain,
  nodes: {
    mode: "Dedicated",
    pools: [
      {
        name: "general",
        nodeSelector: { pool: "team1" },
        tolerations: [
          { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
          { key: "dedicated", operator: "Equal", value: "team1" },
          { key: "any.example.com/thing", operator: "Exists" },
        ],
      },
      { name: "gpu", nodeSelector: { pool: "team1-gpu", zone: "a" }, tolerations: [] },
    ],
  },
  pods: { runtimeClassName: "gvisor" },
  allowed: {
    imageRegistries: ["docker.io/library/", "ecr.example.com/team1"],
    storageClassNames: ["gp3"],
    priorityClassNames: ["low"],
    csiDrivers: ["secrets-store.csi.k8s.io"],
    tokenAudiences: ["vault"],
  },
};

const facts = {
  ...factsOf(true),
  runtimeClasses: ["gvisor", "other"].map((name) => ({ name, handler: name, tolerations: [] })),
};

function scopeIn(name: string, tenant: Tenant, storageClassName: string): AttackScope {
  const namespace = {
    name,
    existing: false,
    labels: {},
    podSecurity: "restricted",
    quota: { hard: {} },
    limitRange: { limits: [] },
  } as const;
  return { tenant, namespace, facts, neighbour: noNeighbour, storageClassName };
}

/** Where the attacks start: the three namespaces. */
export const scopes: readonly AttackScope[] = [
  scopeIn(namespaces.t1, full, "gp3"),
  scopeIn(namespaces.t2, plain, "standard"),
  scopeIn(namespaces.old, full, "gp3"),
];

/** The parameters of the namespace that has every one set, as annotations. */
export const parameters = annotationsOf(scopes[0] as AttackScope);

/** The parameters of the namespace whose tenant shares its nodes. */
export const sharedParameters = annotationsOf(scopes[1] as AttackScope);

function annotationsOf({ tenant, namespace }: AttackScope): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(guardParameters(tenant, namespace, facts)).map(([name, value]) => [
      GuardParameter[name as keyof typeof GuardParameter],
      value,
    ]),
  );
}

/** The attacks that create something which a guard refuses. */
export const guardedAttacks: readonly Attack[] = attacks.filter(
  ({ refusedBy, request }) =>
    refusedBy.some((each) => each.startsWith("ValidatingAdmissionPolicy ")) &&
    request(scopes[0] as AttackScope).verb === "create",
);

/** A pod that all guards and Pod Security let through in `namespace`, with some fields changed. */
export function pod(
  spec: JsonMap = {},
  container: JsonMap = {},
  namespace: string = namespaces.t1,
): KubernetesObject {
  const tenant = namespace === namespaces.t2 ? plain : full;
  return named(harmlessPod(scopeIn(namespace, tenant, ""), spec, { image: "nginx", ...container }));
}

function named(object: KubernetesObject): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, name: "subject" } };
}

/** An object in a namespace, called `subject` unless its metadata says otherwise. */
export function object(
  apiVersion: string,
  kind: string,
  namespace: string,
  fields: JsonMap = {},
): KubernetesObject {
  const { metadata, ...rest } = fields as JsonMap & { metadata?: JsonMap };
  return { apiVersion, kind, metadata: { name: "subject", namespace, ...metadata }, ...rest };
}
