import { guard } from "../../src/boundaries/attack.ts";
import { hardOf } from "../../src/boundaries/resources/hard.ts";
import type { Cluster } from "../../src/cluster/cluster.ts";
import { collectionPath, pathOf } from "../../src/cluster/paths.ts";
import { GuardParameter, TENANT_KEY, TENANT_NODE_LABEL } from "../../src/manifests/names.ts";
import type { JsonMap, KubernetesObject, ObjectId } from "../../src/manifests/object.ts";
import { isMap, valueAt } from "../../src/plan/json-values.ts";
import { parseTenants } from "../../src/tenant/parse.ts";
import type { AttackRow, Place } from "./row.ts";
import { byDefault } from "./specs.ts";

/** A tenant that stands, with one rule of its walls gone. */
export interface Mutation {
  readonly what: string;
  readonly arm: "default" | "dedicated";
  readonly changes: readonly Change[];
  /** The rows of which one at least has to become red. */
  readonly concerns: (row: AttackRow, place: Place) => boolean;
}

/** An object, and the JSON merge patch that takes the rule out of it; `delete`: the object itself. */
interface Change {
  readonly id: ObjectId;
  readonly patch: ((live: KubernetesObject) => JsonMap) | "delete";
}

/** Takes the rule away, and returns how to put it back. */
export async function weaken(admin: Cluster, { changes }: Mutation): Promise<() => Promise<void>> {
  const undo: (() => Promise<unknown>)[] = [];
  for (const { id, patch } of changes) {
    const path = pathOf(id);
    const live = (await admin.send({ method: "GET", path })).body as KubernetesObject;
    if (patch === "delete") {
      await admin.send({ method: "DELETE", path });
      const body = { ...live, metadata: withoutServerFields(live.metadata) };
      undo.push(() => admin.send({ method: "POST", path: collectionPath(id, id.namespace), body }));
    } else {
      const wanted = patch(live);
      await amend(admin, path, wanted);
      undo.push(() => amend(admin, path, inverse(wanted, live)));
    }
  }
  return async () => {
    for (const each of undo) await each();
  };
}

function amend(admin: Cluster, path: string, body: JsonMap): Promise<unknown> {
  return admin.send({ method: "PATCH", path, contentType: "application/merge-patch+json", body });
}

/** The merge patch that makes an object what it was. */
function inverse(patch: JsonMap, live: unknown): JsonMap {
  const entries = Object.entries(patch).map(([key, value]) => {
    const old = valueAt(live, key);
    return [key, isMap(value) && isMap(old) ? inverse(value, old) : (old ?? null)] as const;
  });
  return Object.fromEntries(entries);
}

function withoutServerFields({ name, namespace, labels }: KubernetesObject["metadata"]): object {
  return { name, labels, ...(namespace === undefined ? {} : { namespace }) };
}

const [plain] = await parseTenants([{ name: "default.yaml", text: JSON.stringify(byDefault) }]);
const namespaces = plain?.namespaces ?? [];

const objectId = (group: string, kind: string, namespace: string, name: string): ObjectId => ({
  group,
  kind,
  namespace,
  name,
});
const hasId =
  (...beginnings: readonly string[]) =>
  ({ id }: AttackRow): boolean =>
    beginnings.some((each) => id.startsWith(each));

/** Revisions are made by the controller of StatefulSets and by nobody who sends a request. */
const byControllers = "count/controllerrevisions.apps";
const entries = [...new Set(namespaces.flatMap((namespace) => Object.keys(hardOf(namespace))))]
  .filter((entry) => entry !== byControllers)
  .sort();

/** An entry is taken out of the quotas of all namespaces of the tenant. */
const quotaEntries = entries.map(
  (entry): Mutation => ({
    what: `the quota's entry ${entry}`,
    arm: "default",
    changes: namespaces.map(({ name }) => ({
      id: objectId("", "ResourceQuota", name, "mtenant"),
      patch: () => ({ spec: { hard: { [entry]: null } } }),
    })),
    concerns: ({ says }, place) => says?.(place).includes(`${entry}=`) ?? false,
  }),
);

const wholeQuotas = (
  [
    ["mtenant-cross-namespace-affinity", "S9-"],
    ["mtenant-priority-classes", "S8-quota"],
  ] as const
).map(
  ([name, rows]): Mutation => ({
    what: `the quota ${name}`,
    arm: "default",
    changes: namespaces.map((namespace) => ({
      id: objectId("", "ResourceQuota", namespace.name, name),
      patch: "delete",
    })),
    concerns: hasId(rows),
  }),
);

function withoutLimit(resource: string, fields: readonly string[]): Change["patch"] {
  return (live) => {
    const limits = (valueAt(live["spec"], "limits") ?? []) as readonly JsonMap[];
    const without = limits.map((item) =>
      Object.fromEntries(
        Object.entries(item).map(([field, amounts]) => {
          if (!fields.includes(field) || !isMap(amounts)) return [field, amounts];
          return [field, Object.fromEntries(Object.entries(amounts).filter(([name]) => name !== resource))];
        }),
      ),
    );
    return { spec: { limits: without } };
  };
}

/** Without its default a limit would be the most that there may be: both have to go before there is none. */
const limits = ["cpu", "memory", "ephemeral-storage"].flatMap((resource): Mutation[] => {
  const id = objectId("", "LimitRange", "plain", "mtenant");
  const mutation = (what: string, fields: readonly string[], rows: readonly string[]): Mutation => ({
    what: `${what} of ${resource} for a container`,
    arm: "default",
    changes: [{ id, patch: withoutLimit(resource, fields) }],
    concerns: hasId(...rows),
  });
  return [
    mutation("the most", ["max"], [`S12-container-${resource}`]),
    mutation("any limit", ["max", "default", "defaultRequest"], ["H13-", "H15-", "S12-no-limit"]),
  ];
});

function ofNamespace(
  arm: Mutation["arm"],
  field: "labels" | "annotations",
  key: string,
  ...rows: readonly string[]
): Mutation {
  const name = arm === "default" ? "plain" : "walled";
  return {
    what: `${key} of the namespace ${name}`,
    arm,
    changes: [
      { id: objectId("", "Namespace", "", name), patch: () => ({ metadata: { [field]: { [key]: null } } }) },
    ],
    concerns: hasId(...rows),
  };
}

const parameter = (arm: Mutation["arm"], name: keyof typeof GuardParameter, ...rows: readonly string[]) =>
  ofNamespace(arm, "annotations", GuardParameter[name], ...rows);

/** A parameter that opens something is missed by the harmless twin. */
const ofNamespaces: readonly Mutation[] = [
  ofNamespace("default", "labels", "pod-security.kubernetes.io/enforce", "H1-", "H2-"),
  ofNamespace("default", "labels", "pod-security.kubernetes.io/enforce-version", "H8-pinned"),
  ofNamespace("default", "labels", TENANT_KEY, "S1-everything", "A19-"),
  parameter("default", "imagePullPolicy", "H12-"),
  parameter("default", "extendedResources", "H20-"),
  parameter("dedicated", "nodeSelector", "S2-"),
  parameter("dedicated", "tolerations", "S1-"),
  parameter("dedicated", "imageRegistries", "U1-"),
  parameter("dedicated", "runtimeClassName", "S6-"),
  parameter("dedicated", "priorityClassNames", "S8-system"),
  parameter("dedicated", "csiDrivers", "H17-"),
  parameter("dedicated", "storageClassNames", "T2-"),
  parameter("dedicated", "tokenAudiences", "A7-audience"),
];

const node = objectId("", "Node", "", "own-1");

const ofNodes: readonly Mutation[] = [
  {
    what: "the taint of a node",
    arm: "default",
    changes: [{ id: node, patch: () => ({ spec: { taints: null } }) }],
    concerns: hasId("S2-hostname", "S3-"),
  },
  {
    what: "the label of a node",
    arm: "dedicated",
    changes: [{ id: node, patch: () => ({ metadata: { labels: { [TENANT_NODE_LABEL]: null } } }) }],
    concerns: hasId("S3-"),
  },
];

/** Those that a tenant's request can meet: before mtenant-managed and mtenant-namespaces the authorizer refuses it. */
const guards: readonly (readonly [name: string, arm: Mutation["arm"], also?: string])[] = [
  ["autoscalers", "default"],
  ["disruption", "default"],
  ["nodes", "dedicated"],
  ["objects", "default"],
  ["outsiders", "dedicated"],
  ["pods", "default"],
  ["secrets", "default"],
  ["serviceaccounts", "default"],
  ["services", "default"],
  ["volumes", "default", "mtenant-volumes-classes"],
];

const bindings = guards.map(
  ([name, arm, also]): Mutation => ({
    what: `the binding of the guard mtenant-${name}`,
    arm,
    changes: [`mtenant-${name}`, ...(also === undefined ? [] : [also])].map((binding) => ({
      id: objectId("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", "", binding),
      patch: "delete",
    })),
    concerns: ({ stoppedBy }) => stoppedBy[0] === guard(`mtenant-${name}`),
  }),
);

/** Every rule of a wall whose loss a request can show, one at a time. What the Roles withhold is tried by `grants.ts`. */
export const mutations: readonly Mutation[] = [
  ...quotaEntries,
  ...wholeQuotas,
  ...limits,
  ...ofNamespaces,
  ...ofNodes,
  ...bindings,
];
