import { allowedImage, harmlessPod } from "../../../src/boundaries/harmless.ts";
import { collectionPath, pathOf } from "../../../src/cluster/paths.ts";
import { idOf, type JsonMap, type KubernetesObject } from "../../../src/manifests/object.ts";
import { named, TARGET } from "../grounds.ts";
import { type AttackRow, type Place, type Reply, send, type Person, type Try } from "../row.ts";
import { until } from "../../boundaries/guards/guarded-cluster.ts";
import { creating, patching, trying, writers } from "./requests.ts";

// Attacks whose success is not that a request is answered, but what comes of it.

const own = ({ scope }: Place): string => scope.namespace.name;

/** Creates an object as the attacker, looks at what becomes of it, and takes it away. */
function withCreated(
  object: (place: Place) => KubernetesObject,
  outcome: (place: Place, object: KubernetesObject, reply: Reply) => Promise<Reply>,
): Try {
  return async (place, person) => {
    const wanted = object(place);
    const reply = await send(person, creating(wanted, {}));
    if (!reply.through) return reply;
    try {
      return await outcome(place, wanted, reply);
    } finally {
      await place.admin.send({
        method: "DELETE",
        path: pathOf(idOf(wanted)),
        query: { gracePeriodSeconds: "0" },
      });
    }
  };
}

const tokenSecret = (place: Place): KubernetesObject =>
  named("v1", "Secret", own(place), "mtenant-attack-token", {
    type: "kubernetes.io/service-account-token",
    metadata: { annotations: { "kubernetes.io/service-account.name": "default" } },
  });

/** Does the server fill the Secret with a token that the tenant can read? */
async function isFilled({ admin }: Place, secret: KubernetesObject, reply: Reply): Promise<Reply> {
  await until("the Secret holds a token", async () => {
    const { body } = await admin.send({ method: "GET", path: pathOf(idOf(secret)) });
    return (body as { data?: { token?: string } }).data?.token !== undefined;
  });
  return reply;
}

const asIs = async (_: Place, __: KubernetesObject, reply: Reply): Promise<Reply> => reply;

/** A pod that mounts memory and says nothing about how much it takes. */
const withoutLimits = (place: Place): KubernetesObject =>
  harmlessPod(place.scope, {
    volumes: [{ name: "v", emptyDir: { medium: "Memory" } }],
  });

/** Harmless once every container has a limit: what it fills counts against that. */
function unlessLimited(resource: string): Try {
  return async (place: Place, person: Person) => {
    const reply = await send(person, creating(withoutLimits(place)));
    const { containers = [] } = (reply.object?.["spec"] ?? {}) as {
      containers?: { resources?: { limits?: JsonMap } }[];
    };
    const isLimited = containers.every(({ resources }) => resources?.limits?.[resource] !== undefined);
    return reply.through && isLimited ? { ...reply, through: false, by: "LimitRanger" } : reply;
  };
}

function limited(id: string, title: string, resource: string, little: string): AttackRow {
  return {
    id,
    title,
    roles: writers,
    stoppedBy: ["LimitRanger"],
    attack: unlessLimited(resource),
    twin: trying(({ scope }) =>
      creating(
        harmlessPod(
          scope,
          {},
          { resources: { limits: { [resource]: little }, requests: { [resource]: little } } },
        ),
      ),
    ),
  };
}

/** The pod that is there already, with tolerations added: what may be added to a pod that runs. */
function tolerating(toleration: JsonMap): Try {
  return async (place, person) => {
    const pod = named("v1", "Pod", own(place), TARGET);
    const { body } = await place.admin.send({ method: "GET", path: pathOf(idOf(pod)) });
    const { tolerations = [] } = (body as { spec: { tolerations?: JsonMap[] } }).spec;
    return send(person, patching(pod, { spec: { tolerations: [...tolerations, toleration] } }));
  };
}

/** With its user namespace a pod may be root from version 1.35 of the standards on. */
const inUserNamespace = (runAsUser: number): JsonMap => ({
  hostUsers: false,
  securityContext: { runAsUser, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
});

/** What is real in these: the Secret is filled, the pod runs already, the limits are those that were stored. */
export const effectRows: readonly AttackRow[] = [
  {
    id: "A8-read-token",
    title: "reads a lasting token out of a Secret",
    roles: writers,
    stoppedBy: ["ValidatingAdmissionPolicy mtenant-secrets"],
    says: () => "service-account-token",
    attack: withCreated(tokenSecret, isFilled),
    twin: withCreated(
      (place) => named("v1", "Secret", own(place), "mtenant-attack-own", { type: "Opaque" }),
      asIs,
    ),
  },
  {
    id: "A9-strong-account",
    title: "runs as the ServiceAccount of an operator in its namespace",
    roles: writers,
    stoppedBy: ["ServiceAccount"],
    attack: trying(({ scope }) => creating(harmlessPod(scope, { serviceAccountName: "operator" }))),
    twin: trying(({ scope }) => creating(harmlessPod(scope, { serviceAccountName: "default" }))),
  },
  {
    id: "S13-later",
    title: "lets a pod that runs tolerate everything",
    roles: writers,
    stoppedBy: ["ValidatingAdmissionPolicy mtenant-pods"],
    says: () => "must not carry the toleration",
    attack: tolerating({ operator: "Exists" }),
    twin: tolerating({
      key: "node.kubernetes.io/memory-pressure",
      operator: "Exists",
      effect: "NoSchedule",
    }),
  },
  {
    id: "U1-later",
    title: "changes a pod that runs to a foreign image",
    roles: writers,
    applies: ({ scope }) => scope.tenant.allowed.imageRegistries.length > 0,
    stoppedBy: ["ValidatingAdmissionPolicy mtenant-pods"],
    says: () => "must not use the image",
    attack: withImage(() => "ghcr.io/mtenant-attack/miner"),
    twin: withImage((place) => `${allowedImage(place.scope)}:2`),
  },
  {
    id: "H8-pinned-version",
    title: "is root in a user namespace, which later versions of Pod Security allow",
    roles: writers,
    stoppedBy: ["PodSecurity"],
    says: () => "runAsUser=0",
    attack: trying(({ scope }) => creating(harmlessPod(scope, inUserNamespace(0)))),
    twin: trying(({ scope }) => creating(harmlessPod(scope, inUserNamespace(1000)))),
  },
  limited("H13-disk", "fills the disk of its node", "ephemeral-storage", "16Mi"),
  limited("S12-no-limit", "takes all the time of its node's processors", "cpu", "10m"),
  limited("H15-memory", "fills the memory of its node by a volume", "memory", "16Mi"),
];

function withImage(image: (place: Place) => string): Try {
  return (place, person) =>
    send(person, {
      method: "PATCH",
      path: `${collectionPath({ group: "", kind: "Pod" }, own(place))}/${TARGET}`,
      query: { dryRun: "All" },
      contentType: "application/strategic-merge-patch+json",
      body: { spec: { containers: [{ name: "main", image: image(place) }] } },
    });
}
