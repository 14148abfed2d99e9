/** The tenants of the arms and their victim: documents as an operator writes them. */
const tenant = (name: string, spec: object): object => ({
  apiVersion: "mtenant.dev/v1alpha1",
  kind: "Tenant",
  metadata: { name },
  spec,
});

/** Whom the tenants of the arms reach for, and the group that has it. */
export const VICTIM = { tenant: "victim", namespace: "victim", group: "victims" } as const;

/** One object of a kind is there or may be made, and no more: a flood needs few requests. */
const few = {
  pods: "2",
  configmaps: "2",
  secrets: "1",
  services: "1",
  persistentvolumeclaims: "1",
  "count/pods": "2",
  "count/serviceaccounts": "2",
  "count/deployments.apps": "1",
  "count/statefulsets.apps": "1",
  "count/replicasets.apps": "1",
  "count/jobs.batch": "1",
  "count/cronjobs.batch": "1",
  "count/horizontalpodautoscalers.autoscaling": "1",
  "count/poddisruptionbudgets.policy": "1",
  "count/leases.coordination.k8s.io": "1",
};

/** Whoever attacks, in each role. */
export const people = { Owner: "ordinary-user", Developer: "developer", Viewer: "viewer" } as const;

const subjects = Object.entries(people).map(([role, name]) => ({ kind: "User", name, role }));

/** The namespaces of an arm's tenant: as they come, with a quota of few objects, and adopted in its stage of warnings. */
export const namespacesOf = (name: string) => ({
  main: name,
  small: `${name}-small`,
  lenient: `${name}-adopted`,
});

function namespaces(name: string): object[] {
  const { main, small, lenient } = namespacesOf(name);
  return [
    { name: main },
    { name: small, quota: { hard: few } },
    { name: lenient, existing: true, enforcement: { mode: "Warn", until: "9999-12-31" } },
  ];
}

/** A tenant as it comes: what has to be said, and nothing else. */
export const byDefault = tenant("plain", {
  namespaces: namespaces("plain"),
  subjects,
  nodes: { mode: "Shared" },
});

/** A tenant with nodes of its own, which may use something of everything: each attack finds what it makes more of. */
export const withNodes = (nodeNames: readonly string[]): object =>
  tenant("walled", {
    namespaces: namespaces("walled"),
    subjects,
    nodes: {
      mode: "Dedicated",
      pools: [
        {
          name: "general",
          nodeNames,
          tolerations: [
            { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
            { key: "dedicated", operator: "Equal", value: "walled" },
            { key: "any.example.com/thing", operator: "Exists" },
          ],
        },
        { name: "gpu", nodeSelector: { "mtenant.dev/tenant": "walled", pool: "gpu" } },
      ],
    },
    pods: { runtimeClassName: "gvisor" },
    allowed: {
      imageRegistries: ["docker.io/library/", "ecr.example.com/walled"],
      storageClassNames: ["standard"],
      priorityClassNames: ["low"],
      csiDrivers: ["secrets-store.csi.k8s.io"],
      tokenAudiences: ["vault"],
    },
  });

/** Somebody else's tenant, which nobody of the others has a right in. */
export const victim = tenant(VICTIM.tenant, {
  namespaces: [{ name: VICTIM.namespace }],
  subjects: [{ kind: "Group", name: VICTIM.group, role: "Owner" }],
  nodes: { mode: "Shared" },
});
