import type { AttackScope, Refuser } from "../../src/boundaries/attack.ts";
import type { RefusedRequest } from "../../src/boundaries/guards/denial.ts";
import { refusalOf } from "../../src/boundaries/refusal.ts";
import { ApiError } from "../../src/cluster/api-error.ts";
import type { ApiRequest, Cluster } from "../../src/cluster/cluster.ts";
import type { KubernetesObject } from "../../src/manifests/object.ts";
import type { TenantRole } from "../../src/tenant/tenant.ts";

/** Where an attack is sent: a bare namespace with `admin`, a tenant as it comes, a tenant with nodes of its own. */
export const arms = ["bare", "default", "dedicated"] as const;
export type Arm = (typeof arms)[number];

/** Somebody with a token of their own. */
export interface Person {
  readonly user: string;
  readonly cluster: Cluster;
  /** The file of the kubeconfig with their token. */
  readonly kubeconfig: string;
}

/** One arm, seen by whoever attacks from it. */
export interface Place {
  readonly arm: Arm;
  /** In the bare arm: the tenant that the namespace would be of, so that the same requests are sent there. */
  readonly scope: AttackScope;
  /** A namespace of the same tenant, with a quota of few objects. */
  readonly small: string;
  /** A namespace of the same tenant in which the guards only warn. */
  readonly lenient: string;
  readonly people: Readonly<Record<TenantRole, Person>>;
  /** Sets up what is attacked, and shows that an attack is no nonsense where nobody else can send it. */
  readonly admin: Cluster;
  readonly adminKubeconfig: string;
}

/** What can stop an attack: what refuses a request, the lack of what it names, or the scheduler that leaves a pod without a node. */
export type Stopper =
  | Refuser
  | "ServiceAccount"
  | "NodeRestriction"
  | "escalation check"
  | "scheduler"
  | "pod defaults";

/** What came of a request or of several. */
export interface Reply {
  readonly request: string;
  /** It did what its sender wanted. */
  readonly through: boolean;
  /** HTTP, of the request that decided. */
  readonly code: number;
  readonly message: string;
  /** Absent: nobody who is known. */
  readonly by?: Stopper;
  /** What the server answered to a request that went through. */
  readonly object?: KubernetesObject;
}

/** Tries something as somebody. Throws only when nobody knows what the server thinks of it. */
export type Try = (place: Place, person: Person) => Promise<Reply>;

/** What a malicious tenant tries, the harmless twin that must pass, and what has to stop it. */
export interface AttackRow {
  /** Its row in the catalogue of attacks, a dash, and which form of it. */
  readonly id: string;
  /** What it does, read after "a tenant that". */
  readonly title: string;
  readonly roles: readonly TenantRole[];
  /** Absent: in every arm. */
  readonly applies?: (place: Place) => boolean;
  readonly attack: Try;
  readonly twin: Try;
  /** All that may stop it. */
  readonly stoppedBy: readonly Stopper[];
  /** Words of the refusal, when it is a guard's or a quota's: the field, the entry. */
  readonly says?: (place: Place) => string;
  /** What stops it in a bare namespace as well, so that the walls are not needed for it but must not open it either. */
  readonly stoppedAnyway?: Anyway;
}

/** Why an attack fails in a bare namespace too. */
export interface Anyway {
  readonly by: Stopper;
  /** A sentence without its full stop. */
  readonly why: string;
}

/** Sends one request as it is. */
export async function send({ user, cluster }: Person, request: ApiRequest): Promise<Reply> {
  const query = new URLSearchParams(request.query).toString();
  const text = `${request.method} ${request.path}${query === "" ? "" : `?${query}`}`;
  try {
    const { status, body } = await cluster.send(request);
    return { request: text, through: true, code: status, message: "", object: body as KubernetesObject };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refused(text, error, request.impersonate?.user ?? user, user);
  }
}

/** The server's no. */
export function refused(request: string, error: RefusedRequest, ...users: readonly string[]): Reply {
  const { code, message } = error;
  const by = stopperOf(error, ...users);
  return { request, through: false, code, message, ...(by === undefined ? {} : { by }) };
}

/**
 * What else of Kubernetes says no with 403 (kubernetes: plugin/pkg/admission/serviceaccount/admission.go,
 * plugin/pkg/admission/noderestriction/admission.go, pkg/registry/rbac/helpers.go).
 */
const others: readonly (readonly [Stopper, string])[] = [
  ["ServiceAccount", "error looking up service account "],
  ["NodeRestriction", "is not allowed to modify "],
  ["escalation check", "is attempting to grant RBAC permissions not currently held"],
];

/** Who refused a request of one of these users; undefined: none that is known, or a guard that could not judge. */
function stopperOf(error: RefusedRequest, ...users: readonly string[]): Stopper | undefined {
  const refusal = users.map((user) => refusalOf(error, user)).find((each) => each !== undefined);
  if (refusal !== undefined) return refusal.broken ? undefined : refusal.by;
  return error.code === 403 ? others.find(([, words]) => error.message.includes(words))?.[0] : undefined;
}

/**
 * For what ends at a kubelet, or at an object that is not there: it is through when the authorizer let it through,
 * whatever was answered after it. The nodes of these control planes have no kubelet.
 */
export function ifAuthorized(reply: Reply): Reply {
  return { ...reply, through: reply.through || (reply.code !== 401 && reply.by === undefined) };
}
