/** One row of the catalogue of attacks: what a malicious administrator of a tenant tries. */
export interface CatalogueRow {
  readonly id: string;
  /** What is tried, in short. */
  readonly what: string;
  /** Absent: rows of this suite send it. Else why no request to an API server can show it, and what it takes. */
  readonly notSent?: string;
}

const row = (id: string, what: string, notSent?: string): CatalogueRow => ({
  id,
  what,
  ...(notSent === undefined ? {} : { notSent }),
});

const traffic = "the API carries out no flow: it takes nodes and a network that enforces the policies";
const sharedServer =
  "open on every shared API server (SECURITY.md): it takes a control plane of the tenant's own";
const kernel = "happens on the node, behind every API: it takes nodes of the tenant's own, or a sandbox";

const api = [
  row("A1", "read, watch or write in a neighbour's namespace"),
  row("A2", "list across the whole cluster"),
  row("A3", "learn from discovery which APIs are installed", sharedServer),
  row("A4", "share its own rights with everybody, or with a neighbour"),
  row("A5", "bind or make stronger roles"),
  row("A6", "act as somebody else by a header"),
  row("A7", "mint lasting tokens, or tokens for others to accept"),
  row("A8", "have a Secret filled with a token"),
  row("A9", "run as a stronger ServiceAccount of its namespace"),
  row("A10", "take an identity of the cloud by an annotation"),
  row("A11", "relabel its namespace, or pretend to be mtenant's by labels"),
  row("A12", "relabel its namespace by the status or finalize subresource"),
  row("A13", "change or delete the walls"),
  row("A14", "allow every flow by a NetworkPolicy of its own"),
  row("A15", "have a deployment tool act with the tool's rights"),
  row("A16", "have a controller carry others' credentials to it"),
  row("A17", "write a policy that stands above NetworkPolicies"),
  row("A18", "send a Service's traffic to a neighbour's address"),
  row("A19", "take a victim's address as an external IP"),
  row("A20", "say itself which address its load balancer has"),
  row("A21", "point a Service at another name"),
  row("A22", "reach pods and Services through the API server"),
  row("A23", "run commands through a kubelet"),
  row("A24", "change or place running pods past admission of pods"),
  row("A25", "have the autoscaler scale what is not its own"),
  row("A26", "leave a finalizer that holds its namespace up"),
  row("A27", "hold up the removal of others' objects by ownership"),
  row("A28", "forge events, or flood with them"),
  row("A29", "fill the store with objects"),
  row("A30", "wear the API server out by lists and watches", sharedServer),
  row("A31", "wear admission out by huge pods: their number is what the quota bounds"),
  row(
    "A32",
    "spoof a pod's labels for somebody's careless NetworkPolicy",
    `${traffic}; that mtenant's own policies name namespaces beside labels is a guarantee of rendering`,
  ),
  row("A33", "name a Lease as a controller does", "harmless: a Lease means something in its namespace only"),
  row("A34", "get past a webhook by overload", "the guards are no webhooks: the API server judges by itself"),
  row(
    "A35",
    "install CRDs, webhooks or ClusterRoles of its own",
    "cluster-scoped kinds: the rows of A2, A5 and A13",
  ),
  row(
    "A36",
    "aim escape sequences at the operator's terminal",
    "no request is refused: what is printed is tested with the reports",
  ),
  row("A37", "have a certificate of any name signed"),
  row("A38", "ask what it may do", "harmless: it is about its own rights"),
];

const host = [
  row("H1", "run privileged"),
  row("H2", "mount the node's disk"),
  row("H3", "see the node's processes"),
  row("H4", "use the node's network"),
  row("H5", "share memory with the node"),
  row("H6", "add capabilities"),
  row("H7", "be root, escalate, and the rest of the Pod Security Standards"),
  row("H8", "be root in a user namespace"),
  row("H9", "have the node call another host by a probe"),
  row("H10", "break out of a clean pod", kernel),
  row(
    "H11",
    "use a kubelet's credentials for other nodes",
    `${kernel}; Kubernetes' own NodeRestriction limits them`,
  ),
  row("H12", "use an image that a neighbour pulled"),
  row("H13", "fill the node's disk"),
  row(
    "H14",
    "start processes without end",
    "a setting of the kubelet (podPidsLimit): no object of the API bounds it",
  ),
  row("H15", "fill the node's memory by a volume"),
  row("H16", "listen through shared hardware", kernel),
  row("H17", "mount by a CSI driver that reaches the host"),
  row("H18", "get a host path through a PersistentVolume"),
  row("H19", "claim a device"),
  row("H20", "take devices that others wait for"),
  row(
    "H21",
    "learn the names and addresses of its nodes",
    "not stopped: it is of use only where nodes are shared",
  ),
  row("H22", "mount by the older kinds of network volumes"),
  row("H23", "weaken its sandbox or its container runtime by annotations"),
];

const nodes = [
  row("S1", "tolerate what it should not"),
  row("S2", "select nodes that are not its own"),
  row("S3", "ask for a node by affinity on its name"),
  row("S4", "name its node past the scheduler"),
  row("S5", "put a pod on every node"),
  row("S6", "use a RuntimeClass that brings others' tolerations along"),
  row("S7", "use another scheduler"),
  row("S8", "push others off by priority"),
  row("S9", "repel or find neighbours by affinity across namespaces"),
  row("S10", "hold up the draining of nodes"),
  row("S11", "relabel a node that was broken into"),
  row("S12", "ask for more than its share"),
  row("S13", "let a running pod tolerate more"),
  row("S14", "hold pods back by spread constraints and gates", "harmless: it concerns its own pods only"),
  row("S15", "steer a pod by where its volume is"),
  row("S16", "reach a tenant's nodes from outside of every tenant"),
  row(
    "S17",
    "do damage by designating nodes",
    "not a tenant's to do: the tests of create cover what an operator designates",
  ),
];

const network = [
  row("N1", "talk to a neighbour's pods", traffic),
  row("N2", "talk to the cloud's metadata service", traffic),
  row("N3", "talk to the API server from a pod", traffic),
  row("N4", "talk to kubelets, etcd and node ports", traffic),
  row("N5", "enumerate names at the cluster's DNS", `${traffic}; the DNS is shared`),
  row("N6", "tunnel through the cluster's DNS", `${traffic}; the DNS is shared`),
  row("N7", "go around policies by the node's network or ports", "it is H4 and H7: the same rows"),
  row("N8", "open node ports and load balancers"),
  row("N9", "take over a host name"),
  row("N10", "attach routes to others' gateways"),
  row("N11", "speak to CNIs and meshes by annotations"),
  row("N12", "use protocols that policies do not name", traffic),
  row("N13", "start before the policies are in force", traffic),
  row("N14", "meet a network that enforces nothing", traffic),
  row("N15", "be reached from its own node", `${traffic}; Kubernetes always allows it`),
  row("N16", "take an address for a Service before a neighbour does", "not stopped (SECURITY.md)"),
  row("N17", "open both sides together with another tenant"),
  row("N18", "relay through what both may reach", traffic),
];

const storage = [
  row("T1", "claim a volume that held a neighbour's data"),
  row("T2", "claim from a neighbour's StorageClass"),
  row("T3", "fill a claim from another namespace"),
  row("T4", "claim without saying from which class"),
  row("T5", "claim more storage than its share"),
  row("T6", "claim a better class of performance"),
  row(
    "T7",
    "leave data behind when it goes",
    "not a tenant's request: the tests of delete cover what outlives it",
  ),
];

const supply = [
  row("U1", "run images of any origin"),
  row("U2", "trick a pod into another pull secret", "harmless: a pull secret is of its own namespace"),
];

/** Every attack that is known on tenants who share a control plane, and how this suite accounts for it. */
export const catalogue: readonly CatalogueRow[] = [
  ...api,
  ...host,
  ...nodes,
  ...network,
  ...storage,
  ...supply,
];
