import type { JsonMap, KubernetesObject } from "../../manifests/object.ts";
import { type Attack, type AttackScope, guard } from "../attack.ts";
import { allowedImage, creating, harmlessPod } from "../harmless.ts";

interface Fields {
  readonly spec?: JsonMap;
  readonly container?: JsonMap;
  readonly annotations?: Readonly<Record<string, string>>;
}

type Row = Pick<Attack, "id" | "title" | "says" | "when" | "mended">;

/** Fields that are the same for every tenant, or follow from where the attack starts. */
type Said = Fields | ((scope: AttackScope) => Fields);

/** One attack and its twin, each a pod of which some fields are said. */
function row(fields: Row, attack: Said, twin: Said): Attack {
  const pod = (scope: AttackScope, said: Said) => {
    const { spec, container, annotations = {} } = typeof said === "function" ? said(scope) : said;
    const made = harmlessPod(scope, spec, container);
    return creating({ ...made, metadata: { ...made.metadata, annotations } });
  };
  return {
    ...fields,
    boundary: "pods",
    refusedBy: [guard("mtenant-pods")],
    request: (scope) => pod(scope, attack),
    twin: (scope) => pod(scope, twin),
  };
}

const sharesNodes = ({ tenant }: AttackScope): boolean => tenant.nodes.mode !== "Dedicated";

const little = { cpu: "10m", memory: "16Mi" };
/** Stated, because the tenant's default for a container may be more than the pod as a whole has. */
const ofLittle = { resources: { requests: little, limits: little } };

const imageVolume =
  (pullPolicy: string) =>
  (scope: AttackScope): Fields => ({
    spec: { volumes: [{ name: "v", image: { reference: allowedImage(scope), pullPolicy } }] },
  });

/** Older servers do not know image volumes, and keep an empty one. */
const pullsNothing = (stored: KubernetesObject): boolean =>
  !JSON.stringify(stored["spec"]).includes('"pullPolicy":');

const nodes: readonly Attack[] = [
  row(
    {
      id: "H12-cached-image",
      title: "finds a neighbour's image on the node",
      says: "imagePullPolicy must be Always",
      when: sharesNodes,
      mended: (stored) => JSON.stringify(stored["spec"]).includes('"imagePullPolicy":"Always"'),
    },
    { container: { imagePullPolicy: "IfNotPresent" } },
    { container: { imagePullPolicy: "Always" } },
  ),
  row(
    {
      id: "H12-never-pulled",
      title: "never pulls its image",
      says: "imagePullPolicy must be Always",
      when: sharesNodes,
    },
    { container: { imagePullPolicy: "Never" } },
    {},
  ),
  row(
    {
      id: "H12-cached-volume",
      title: "finds a neighbour's image on the node and mounts it",
      says: "pullPolicy",
      when: sharesNodes,
      mended: (stored) =>
        pullsNothing(stored) || JSON.stringify(stored["spec"]).includes('"pullPolicy":"Always"'),
    },
    imageVolume("IfNotPresent"),
    imageVolume("Always"),
  ),
  row(
    {
      id: "H12-never-pulled-volume",
      title: "mounts an image that it never pulls",
      says: "pullPolicy",
      when: sharesNodes,
      mended: pullsNothing,
    },
    imageVolume("Never"),
    imageVolume("Always"),
  ),
  row(
    {
      id: "H20-device",
      title: "takes a device that its quota does not count",
      says: "must not ask for devices",
      when: sharesNodes,
    },
    { container: { resources: { limits: { "mtenant-attack.example.com/device": "1" } } } },
    { container: { resources: { limits: { cpu: "10m" } } } },
  ),
  row(
    {
      id: "H20-pod-level",
      title: "takes huge pages for the pod as a whole",
      says: "(the pod itself)",
      when: sharesNodes,
      mended: (stored) => !JSON.stringify(stored["spec"]).includes("hugepages"),
    },
    { spec: { resources: { limits: { ...little, "hugepages-2Mi": "2Mi" } } }, container: ofLittle },
    { spec: { resources: { limits: little } }, container: ofLittle },
  ),
];

/** Nothing that a CNI or a mesh acts upon; opting out of a sidecar, or letting oneself be evicted, changes nobody's walls. */
const harmlessAnnotations = {
  "prometheus.io/scrape": "true",
  "sidecar.istio.io/inject": "false",
  "cluster-autoscaler.kubernetes.io/safe-to-evict": "true",
};

const annotations: readonly Attack[] = (
  [
    ["N11-multus", "k8s.v1.cni.cncf.io/networks"],
    ["N11-calico", "cni.projectcalico.org/ipAddrs"],
    ["N11-bandwidth", "kubernetes.io/egress-bandwidth"],
    ["N11-istio", "sidecar.istio.io/userVolume"],
    ["N11-linkerd", "config.linkerd.io/proxy-image"],
    ["A10-pod", "iam.amazonaws.com/role"],
    ["H20-device-interface", "cdi.k8s.io/x"],
    ["H23-gvisor", "dev.gvisor.spec.mount.x.type"],
    ["H23-kata", "io.katacontainers.config.hypervisor.kernel_params"],
    ["H23-cri-o", "io.kubernetes.cri-o.Devices"],
    ["H23-cri-o-cpu", "irq-load-balancing.crio.io"],
    ["S10-karpenter", "karpenter.sh/do-not-disrupt"],
    ["S10-autoscaler", "cluster-autoscaler.kubernetes.io/safe-to-evict"],
  ] as const
).map(([id, key]) =>
  row(
    { id, title: `has the cluster act on its behalf by ${key}`, says: key },
    { annotations: { [key]: "1" } },
    { annotations: harmlessAnnotations },
  ),
);

/** How a tenant's pod gets at what it shares with its neighbours: nodes, devices, and the network's own machinery. */
export const sharingAttacks: readonly Attack[] = [...nodes, ...annotations];
