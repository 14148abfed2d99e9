import { collectionPath } from "../../src/cluster/paths.ts";
import type { Cluster } from "../../src/cluster/cluster.ts";
import type { KubernetesObject } from "../../src/manifests/object.ts";
import { thirdParties } from "../boundaries/access/third-parties.ts";
import { named } from "./grounds.ts";

/** A kind that a third party brings into the cluster, with rights on it for every administrator of a namespace. */
export interface ForeignKind {
  /** Of the catalogue of attacks. */
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
}

/** One of each way in which a controller with more rights than its user acts for the user. */
export const foreignKinds: readonly ForeignKind[] = [
  {
    id: "A15-flux",
    title: "has Flux apply what it likes with Flux' own rights",
    group: "kustomize.toolkit.fluxcd.io",
    version: "v1",
    kind: "Kustomization",
    plural: "kustomizations",
  },
  {
    id: "A15-argo-cd",
    title: "has Argo CD deploy what it likes",
    group: "argoproj.io",
    version: "v1alpha1",
    kind: "Application",
    plural: "applications",
  },
  {
    id: "A15-olm",
    title: "installs an operator with rights in the whole cluster",
    group: "operators.coreos.com",
    version: "v1alpha1",
    kind: "Subscription",
    plural: "subscriptions",
  },
  {
    id: "A16-cert-manager",
    title: "carries the credentials of a ClusterIssuer away by a Challenge",
    group: "acme.cert-manager.io",
    version: "v1",
    kind: "Challenge",
    plural: "challenges",
  },
  {
    id: "A16-external-secrets",
    title: "has others' secrets copied into its namespace",
    group: "external-secrets.io",
    version: "v1",
    kind: "ExternalSecret",
    plural: "externalsecrets",
  },
  {
    id: "A17-antrea",
    title: "writes a policy that stands above the tenant's",
    group: "crd.antrea.io",
    version: "v1beta1",
    kind: "NetworkPolicy",
    plural: "networkpolicies",
  },
  {
    id: "N10-route",
    title: "attaches a route to a gateway that others use",
    group: "gateway.networking.k8s.io",
    version: "v1",
    kind: "HTTPRoute",
    plural: "httproutes",
  },
];

/** Whose ClusterRoles speak of these kinds. */
const projects = new Set(["antrea", "argo-cd", "cert-manager", "external-secrets", "flux", "olm"]);

/** Installs the kinds, the ClusterRoles that their projects aggregate into `admin`, and waits until both are served. */
export async function installThirdParties(admin: Cluster): Promise<void> {
  const installed = thirdParties("attacks").filter(({ project }) => projects.has(project));
  const roles = [...installed.flatMap(({ clusterRoles }) => clusterRoles), routesForAdmins];
  for (const object of roles) await create(admin, object);
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  for (const kind of foreignKinds) await admin.send({ method: "POST", path, body: definitionOf(kind) });
  for (const kind of foreignKinds) await untilServed(admin, kind);
}

/** The Gateway API brings no roles; platforms that use it write one. */
const routesForAdmins = named("rbac.authorization.k8s.io/v1", "ClusterRole", "", "routes-for-admins", {
  metadata: { labels: { "rbac.authorization.k8s.io/aggregate-to-admin": "true" } },
  rules: [
    {
      apiGroups: ["gateway.networking.k8s.io"],
      resources: ["httproutes", "referencegrants"],
      verbs: ["get", "list", "watch", "create", "update", "patch", "delete"],
    },
  ],
});

function create(admin: Cluster, object: KubernetesObject): Promise<unknown> {
  const path = collectionPath({ group: "rbac.authorization.k8s.io", kind: object.kind });
  return admin.send({ method: "POST", path, body: object });
}

/** The names are the projects'; the content of the objects is of no interest before their controllers see it. */
function definitionOf({ group, version, kind, plural }: ForeignKind): object {
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${group}`,
      annotations: { "api-approved.kubernetes.io": "unapproved, only the name is wanted" },
    },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, plural },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
}

/** Served, and granted by `admin`: the controller that aggregates ClusterRoles takes a moment. */
async function untilServed(admin: Cluster, { group, version, plural }: ForeignKind): Promise<void> {
  const deadline = Date.now() + 60_000;
  const reading = [
    `/apis/${group}/${version}/${plural}`,
    collectionPath({ group: "rbac.authorization.k8s.io", kind: "ClusterRole" }) + "/admin",
  ];
  for (;;) {
    const bodies = await Promise.all(
      reading.map((path) =>
        admin.send({ method: "GET", path }).then(
          ({ body }) => body as { rules?: { apiGroups?: string[] }[] },
          () => undefined,
        ),
      ),
    );
    const granted = bodies[1]?.rules?.some(({ apiGroups }) => apiGroups?.includes(group)) ?? false;
    if (bodies[0] !== undefined && granted) return;
    if (Date.now() > deadline) throw new Error(`${plural}.${group} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
