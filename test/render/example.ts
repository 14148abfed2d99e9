import type { Facts } from "../../src/facts/facts.ts";
import { pinnedFacts } from "../../src/facts/pinned.ts";
import type { Tenant } from "../../src/tenant/tenant.ts";

/** A cluster of which everything is known. */
export const facts: Facts = {
  source: "live",
  minor: 36,
  baseRoles: (await pinnedFacts(36)).baseRoles,
  mutatingAdmissionPolicies: true,
  ranges: {
    pods: ["10.244.0.0/16"],
    services: ["10.96.0.0/12"],
    nodes: ["192.168.7.0/24"],
    apiServer: ["192.168.7.2/32"],
  },
  runtimeClasses: [
    {
      name: "gvisor",
      handler: "runsc",
      tolerations: [{ key: "sandbox", operator: "Exists", effect: "NoSchedule" }],
    },
  ],
  priorityClasses: [
    { name: "urgent", globalDefault: false },
    { name: "batch", globalDefault: false },
    { name: "normal", globalDefault: true },
  ],
};

/** A tenant that uses everything. */
export const payments: Tenant = {
  name: "payments",
  labels: { "cost-centre": "4711" },
  namespaces: [
    {
      name: "payments",
      existing: false,
      labels: { "istio-injection": "enabled" },
      podSecurity: "restricted",
      quota: { hard: { "requests.cpu": "4", "requests.memory": "8Gi", "count/jobs.batch": "7" } },
      limitRange: {
        limits: [
          { type: "Container", max: { cpu: "2" } },
          { type: "PersistentVolumeClaim", max: { storage: "10Gi" } },
        ],
      },
    },
    {
      name: "payments-stg",
      existing: false,
      labels: {},
      podSecurity: "baseline",
      quota: { hard: {} },
      limitRange: { limits: [] },
    },
    {
      name: "legacy-pay",
      existing: true,
      labels: {},
      podSecurity: "privileged",
      quota: { hard: {} },
      limitRange: { limits: [] },
    },
  ],
  subjects: [
    { kind: "Group", name: "payments-owners", role: "Owner" },
    {
      kind: "ServiceAccount",
      name: "deployer",
      namespace: "payments-ci",
      role: "Developer",
      namespaces: ["payments-stg"],
    },
    { kind: "User", name: "ann@example.com", role: "Viewer" },
  ],
  nodes: {
    mode: "Dedicated",
    pools: [
      { name: "general", nodeSelector: { "mtenant.dev/pool": "payments", zone: "a" }, tolerations: [] },
      {
        name: "gpu",
        nodeNames: ["gpu-1"],
        tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
      },
    ],
  },
  pods: { runtimeClassName: "gvisor" },
  allowed: {
    imageRegistries: ["ecr.example.com/payments/"],
    storageClassNames: ["gp3"],
    priorityClassNames: ["batch"],
    csiDrivers: [],
    tokenAudiences: ["sts.amazonaws.com"],
  },
  network: {
    dns: "Allow",
    apiServer: "Allow",
    egress: [
      {
        name: "rds",
        namespaces: ["payments"],
        podSelector: { matchLabels: { app: "api" } },
        peers: [{ ipBlock: { cidr: "10.8.4.0/26" } }],
        ports: [{ protocol: "TCP", port: 5432 }],
      },
      {
        name: "web",
        podSelector: {},
        peers: [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0", except: ["2001:db8::/32"] } }],
        ports: [{ port: 443 }],
      },
    ],
    ingress: [
      {
        name: "edge",
        podSelector: {},
        peers: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } } }],
        ports: [{ protocol: "TCP", port: 8080, endPort: 8090 }],
      },
    ],
  },
};
