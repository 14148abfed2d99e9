import { newestPinnedMinor, OLDEST_MINOR } from "../../facts/pinned.ts";
import { daemonSets } from "./daemon-sets.ts";
import type { Diagnosis, Examination, Seen, SeenRights } from "./diagnosis.ts";
import { networkPolicies } from "./network-policies.ts";
import { outsiders } from "./outsiders.ts";
import { writersOfWalls } from "./wall-writers.ts";
import { records } from "./records.ts";
import { tenantNodes } from "./tenant-nodes.ts";
import { visitors } from "./visitors.ts";
import { webhooks } from "./webhooks.ts";

const version: Examination = ({ facts: { minor } }) => {
  const topic = "version";
  const evidence = [`Kubernetes 1.${minor}`];
  if (minor < OLDEST_MINOR)
    return [
      {
        topic,
        health: "bad",
        message: `Kubernetes 1.${minor} is too old: the guards need 1.${OLDEST_MINOR} or newer`,
        evidence,
        remedy: "Upgrade the cluster.",
      },
    ];
  if (minor > newestPinnedMinor)
    return [
      {
        topic,
        health: "unknown",
        message: `Kubernetes 1.${minor} is newer than this mtenant, which knows 1.${OLDEST_MINOR} to 1.${newestPinnedMinor}`,
        evidence,
      },
    ];
  return [{ topic, health: "good", message: `Kubernetes 1.${minor} is supported`, evidence }];
};

const podDefaults: Examination = ({ facts: { mutatingAdmissionPolicies } }) =>
  mutatingAdmissionPolicies
    ? [{ topic: "pod-defaults", health: "good", message: "what pods leave out is filled in", evidence: [] }]
    : [
        {
          topic: "pod-defaults",
          health: "warning",
          message:
            "pods must say themselves what the walls demand: security context, node selector, toleration",
          evidence: ["MutatingAdmissionPolicy admissionregistration.k8s.io/v1 is not served"],
          remedy: "Kubernetes 1.36 fills it in; until then the refusals say what to add.",
        },
      ];

const ranges: Examination = ({ facts }) => {
  const entries = Object.entries(facts.ranges) as [string, readonly string[] | "unknown"][];
  const unknown = entries.filter(([, value]) => value === "unknown").map(([name]) => name);
  const evidence = entries.map(
    ([name, value]) => `${name}: ${value === "unknown" ? value : value.join(", ")}`,
  );
  if (unknown.length === 0)
    return [
      { topic: "ranges", health: "good", message: "the cluster's own address ranges are known", evidence },
    ];
  return [
    {
      topic: "ranges",
      health: "warning",
      message: `the addresses of ${unknown.join(", ")} are not known, so rules may not name private ranges`,
      evidence,
      remedy:
        "Name them in a profile: mtenant doctor --save-profile FILE, write lists of CIDRs over its unknown ranges, then --cluster-profile FILE.",
    },
  ];
};

const nameService: Examination = ({ pods, daemonSets: all }) => {
  const topic = "name-service";
  if (pods === "unknown")
    return [{ topic, health: "unknown", message: "the pods of kube-system may not be read", evidence: [] }];
  const dnsPods = pods.filter(
    ({ metadata }) => metadata.namespace === "kube-system" && metadata.labels?.["k8s-app"] === "kube-dns",
  );
  const local =
    all === "unknown" ? [] : all.filter(({ metadata }) => metadata.name.startsWith("node-local-dns"));
  const evidence = [...dnsPods, ...local].map(
    ({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`,
  );
  if (dnsPods.length === 0)
    return [
      {
        topic,
        health: "unknown",
        message: "no pod in kube-system carries k8s-app: kube-dns, which the policy lets tenants ask",
        evidence,
        remedy: "If the name service runs elsewhere, declare the flow in spec.network.egress.",
      },
    ];
  return [
    { topic, health: "good", message: "tenants can reach the name service under default-deny", evidence },
  ];
};

/** Handlers of the sandboxes that are known to put a kernel or a virtual machine between a pod and its node. */
const SANDBOX = /^(runsc|gvisor|kata)/;

const sandboxes: Examination = ({ facts: { runtimeClasses } }) => {
  const topic = "sandboxes";
  if (runtimeClasses === "unknown")
    return [{ topic, health: "unknown", message: "the RuntimeClasses may not be read", evidence: [] }];
  const evidence = runtimeClasses.map(({ name, handler }) => `RuntimeClass ${name}: ${handler}`);
  if (runtimeClasses.some(({ handler }) => SANDBOX.test(handler)))
    return [{ topic, health: "good", message: "sandboxed pods are possible", evidence }];
  return [
    {
      topic,
      health: "warning",
      message: "no RuntimeClass of a known sandbox: tenants on shared nodes share their kernel",
      evidence,
      remedy: "Use nodes.mode Dedicated, or install gVisor or Kata Containers.",
    },
  ];
};

const aggregation: Examination = ({ adminOrigins }) => {
  const others = adminOrigins.filter(({ builtIn }) => !builtIn);
  const topic = "aggregation";
  if (others.length === 0)
    return [{ topic, health: "good", message: "nobody else adds rights to admin", evidence: [] }];
  return [
    {
      topic,
      health: "good",
      message: "others add rights to admin, which tenants do not get: mtenant role explain",
      evidence: others.map(({ clusterRole }) => `ClusterRole ${clusterRole}`),
    },
  ];
};

/** Has the caller the rights that running mtenant takes? */
export function examineRights({ missingRights, missingToVerify }: SeenRights): readonly Diagnosis[] {
  const topic = "rights";
  if (missingRights.length > 0)
    return [
      {
        topic,
        health: "bad",
        message: `you lack ${missingRights.length} of the rights that mtenant needs`,
        evidence: missingRights,
        remedy: "mtenant role operator prints the ClusterRole that has them.",
      },
    ];
  const but = missingToVerify.length === 0 ? "" : ", but for verify: mtenant role operator --verify";
  const message = `you hold every right that mtenant needs${but}`;
  return [{ topic, health: "good", message, evidence: missingToVerify }];
}

const examinations: readonly Examination[] = [
  version,
  examineRights,
  records,
  writersOfWalls,
  podDefaults,
  networkPolicies,
  nameService,
  ranges,
  daemonSets,
  outsiders,
  tenantNodes,
  visitors,
  webhooks,
  sandboxes,
  aggregation,
];

/** All diagnoses of what was seen, in a fixed order. */
export function examine(seen: Seen): readonly Diagnosis[] {
  return examinations.flatMap((each) => each(seen));
}
