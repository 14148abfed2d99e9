import type { JsonMap } from "../../manifests/object.ts";
import { type Attack, type AttackRequest, type AttackScope, type Refuser, guard } from "../attack.ts";
import { creating, ownObject } from "../harmless.ts";

const service = (scope: AttackScope, spec: JsonMap, metadata: JsonMap = {}): AttackRequest =>
  creating(ownObject(scope, "v1", "Service", { metadata, spec: { ports: [{ port: 80 }], ...spec } }));

function serviceRow(
  id: string,
  title: string,
  says: string,
  spec: JsonMap,
  more: { readonly twin?: JsonMap; readonly also?: Refuser } = {},
): Attack {
  return {
    id,
    title,
    boundary: "network",
    says,
    refusedBy: [guard("mtenant-services"), ...(more.also === undefined ? [] : [more.also])],
    request: (scope) => service(scope, spec),
    twin: (scope) => service(scope, more.twin ?? {}),
  };
}

const services: readonly Attack[] = [
  serviceRow(
    "N8-node-port",
    "opens a port on every node",
    "ClusterIP",
    { type: "NodePort" },
    { also: "ResourceQuota" },
  ),
  serviceRow(
    "N8-load-balancer",
    "opens a load balancer",
    "ClusterIP",
    { type: "LoadBalancer" },
    { also: "ResourceQuota" },
  ),
  serviceRow(
    "A21-external-name",
    "points a Service at another name",
    "ClusterIP",
    { type: "ExternalName", externalName: "kubernetes.default.svc" },
    { twin: { clusterIP: "None" } },
  ),
  serviceRow("A19-external-ip", "takes a victim's address for its Service", "externalIPs", {
    externalIPs: ["203.0.113.1"],
  }),
];

/** Annotations by which controllers of the whole cluster publish a Service under a name of the tenant's choice. */
/** The second is what GKE itself writes onto every Service. */
const harmlessAnnotations = { "prometheus.io/scrape": "true", "cloud.google.com/neg": '{"ingress":true}' };

const published: readonly Attack[] = (
  [
    ["dns", "external-dns.alpha.kubernetes.io/hostname"],
    ["tailnet", "tailscale.com/expose"],
    ["endpoint-group", "cloud.google.com/neg"],
    ["route", "getambassador.io/config"],
    ["mesh", "service.cilium.io/global"],
  ] as const
).map(([form, key]) => ({
  id: `N9-${form}`,
  title: `publishes a Service by ${key}`,
  boundary: "network",
  says: key,
  refusedBy: [guard("mtenant-services")],
  request: (scope) =>
    service(scope, {}, { annotations: { [key]: '{"exposed_ports":{"80":{"name":"victim"}}}' } }),
  twin: (scope) => service(scope, {}, { annotations: harmlessAnnotations }),
}));

/** A kind that steers traffic, which the tenant may read and not write. */
function readOnly(
  id: string,
  title: string,
  kind: { readonly apiVersion: string; readonly group: string; readonly kind: string },
  fields: (scope: AttackScope) => JsonMap,
): Attack {
  return {
    id,
    title,
    boundary: "network",
    roles: ["Owner", "Developer", "Viewer"],
    refusedBy: ["RBAC"],
    request: (scope) => creating(ownObject(scope, kind.apiVersion, kind.kind, fields(scope))),
    twin: ({ namespace }) => ({ verb: "list", kind, namespace: namespace.name }),
  };
}

const networking = (kind: string) => ({
  apiVersion: "networking.k8s.io/v1",
  group: "networking.k8s.io",
  kind,
});

const steering: readonly Attack[] = [
  readOnly("A14-allow-all", "allows its pods every flow", networking("NetworkPolicy"), () => ({
    spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{}] },
  })),
  readOnly(
    "N17-open-to-neighbour",
    "lets a neighbour's pods in",
    networking("NetworkPolicy"),
    ({ neighbour }) => ({
      spec: {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: [
              { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": neighbour.namespace } } },
            ],
          },
        ],
      },
    }),
  ),
  readOnly("N9-ingress", "takes a neighbour's host name", networking("Ingress"), () => ({
    spec: { defaultBackend: { service: { name: "x", port: { number: 80 } } } },
  })),
  readOnly(
    "A18-endpoints",
    "sends a Service's traffic to an address of its choice",
    { apiVersion: "v1", group: "", kind: "Endpoints" },
    () => ({
      subsets: [{ addresses: [{ ip: "203.0.113.1" }], ports: [{ port: 80 }] }],
    }),
  ),
  readOnly(
    "A18-endpoint-slice",
    "sends a Service's traffic to an address of its choice by an EndpointSlice",
    { apiVersion: "discovery.k8s.io/v1", group: "discovery.k8s.io", kind: "EndpointSlice" },
    () => ({ addressType: "IPv4", endpoints: [{ addresses: ["203.0.113.1"] }] }),
  ),
];

/** How a tenant opens a way past its network policies. */
export const networkAttacks: readonly Attack[] = [...services, ...published, ...steering];
