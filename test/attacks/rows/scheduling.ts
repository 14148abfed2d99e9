import { harmlessPod } from "../../../src/boundaries/harmless.ts";
import { pathOf } from "../../../src/cluster/paths.ts";
import { idOf, type JsonMap, type KubernetesObject } from "../../../src/manifests/object.ts";
import { until } from "../../boundaries/guards/guarded-cluster.ts";
import { outside, outsideRows } from "../../boundaries/guards/outside-attacks.ts";
import { type AttackRow, type Person, type Place, type Reply, send } from "../row.ts";
import { creating, trying } from "./requests.ts";

/** The nodes of the stand: one of the tenant with nodes of its own, and one of nobody. */
const OWN = "own-1";
const SHARED = "shared-1";

/** A node that the tenant of this arm has no business on. */
const foreignNode = ({ arm }: Place): string => (arm === "dedicated" ? SHARED : OWN);

/** Really creates the pod, and waits for the scheduler's word on it: it is through when it has a node. */
async function placed({ admin }: Place, person: Person, pod: KubernetesObject): Promise<Reply> {
  const created = await send(person, creating(pod, {}));
  if (!created.through) return created;
  const path = pathOf(idOf(pod));
  let reply: Reply | undefined;
  await until("the scheduler has looked at the pod", async () => {
    reply = judged(created, (await admin.send({ method: "GET", path })).body as ScheduledPod);
    return reply !== undefined;
  });
  await admin.send({ method: "DELETE", path, query: { gracePeriodSeconds: "0" } });
  return reply ?? created;
}

interface ScheduledPod {
  readonly spec: { readonly nodeName?: string };
  readonly status?: {
    readonly conditions?: readonly { readonly reason?: string; readonly message?: string }[];
  };
}

function judged(created: Reply, { spec, status }: ScheduledPod): Reply | undefined {
  if (spec.nodeName !== undefined) return created;
  const refusal = status?.conditions?.find(({ reason }) => reason === "Unschedulable");
  if (refusal === undefined) return undefined;
  return { ...created, through: false, code: 403, by: "scheduler", message: refusal.message ?? "" };
}

const named = (pod: KubernetesObject, name: string): KubernetesObject => ({
  ...pod,
  metadata: { ...pod.metadata, name },
});

function reaching(id: string, title: string, spec: (node: string) => JsonMap): AttackRow {
  const pod = (place: Place, more: JsonMap): KubernetesObject => {
    const { nodeSelector = {} } = harmlessPod(place.scope)["spec"] as { nodeSelector?: JsonMap };
    const own = more["nodeSelector"] as JsonMap | undefined;
    const made = harmlessPod(place.scope, {
      ...more,
      ...(own === undefined ? {} : { nodeSelector: { ...nodeSelector, ...own } }),
    });
    return named(made, "mtenant-attack-placed");
  };
  return {
    id,
    title,
    roles: ["Owner"],
    stoppedBy: ["scheduler"],
    says: ({ arm }) => (arm === "dedicated" ? "didn't match Pod's node affinity" : "untolerated taint"),
    attack: (place, person) => placed(place, person, pod(place, spec(foreignNode(place)))),
    twin: (place, person) => placed(place, person, pod(place, {})),
  };
}

/** A node by its name, as a DaemonSet's pods say it. */
const matchFields = (node: string): JsonMap => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: [node] }] }],
      },
    },
  },
});

const byHostname = (node: string): JsonMap => ({ nodeSelector: { "kubernetes.io/hostname": node } });

const reachers: readonly AttackRow[] = [
  reaching("S2-hostname", "selects a node that is not its own by its host name", byHostname),
  reaching("S3-match-fields", "asks for a node that is not its own by affinity", matchFields),
];

/** The namespace in which somebody of no tenant is an administrator. */
const BARE = "bare";

/** In the order of `outsideRows`. */
const outsideForms = [
  "every-taint",
  "every-placement",
  "every-tenant",
  "one-tenant",
  "marked-nodes",
  "pool",
  "node-name",
] as const;

/** Somebody of no tenant reaches for the nodes of one; the walls of the dedicated arm have to hold against them too. */
const outsiders: readonly AttackRow[] = outsideRows.map(
  ([title, says, attack, twin], at): AttackRow => ({
    id: `S16-${outsideForms[at]}`,
    title: `${title}, from a namespace of no tenant`,
    roles: ["Owner"],
    applies: ({ arm }) => arm !== "default",
    stoppedBy: ["ValidatingAdmissionPolicy mtenant-outsiders"],
    says: () => says,
    attack: trying(() => creating(outside(attack, BARE))),
    twin: trying(() => creating(outside(twin, BARE))),
  }),
);

const byTaint: AttackRow = {
  id: "S16-hostname",
  title: "selects a tenant's node by its host name, from a namespace of no tenant",
  roles: ["Owner"],
  applies: ({ arm }) => arm !== "default",
  stoppedBy: ["scheduler"],
  says: () => "untolerated taint",
  attack: (place, person) =>
    placed(place, person, named(outside(byHostname(OWN), BARE), "mtenant-attack-out")),
  twin: (place, person) =>
    placed(place, person, named(outside(byHostname(SHARED), BARE), "mtenant-attack-out")),
};

/** By whom a node is reached: what the scheduler and the guard of the other direction have to stop. */
export const schedulingRows: readonly AttackRow[] = [...reachers, ...outsiders, byTaint];
