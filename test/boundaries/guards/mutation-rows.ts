import { type Attack, type AttackScope, guard } from "../../../src/boundaries/attack.ts";
import { guardDenied } from "../../../src/boundaries/guards/denial.ts";
import type { GuardProbe } from "../../../src/boundaries/guards/probes.ts";
import { harmlessClaim, harmlessPod } from "../../../src/boundaries/harmless.ts";
import type { ApiRequest, Cluster } from "../../../src/cluster/cluster.ts";
import { collectionPath, pathOf } from "../../../src/cluster/paths.ts";
import { sendAttack } from "../../../src/execute/send-attack.ts";
import { idOf, type JsonMap, type KubernetesObject } from "../../../src/manifests/object.ts";
import { guardedAttacks, object, scopes } from "./attacks.ts";
import { ELDER, elderNamespace, elderOf, slowPod, unboundClaim } from "./elders.ts";
import { type Actor, type Attempt, attempt, namespaceObject } from "./guarded-cluster.ts";
import {
  accountIn,
  administrator,
  attacker,
  kubelet,
  kubernetes,
  namespacesOf,
  nodeOf,
  placeOf,
} from "./mutant-places.ts";
import { MUTANT_LABEL, type Mutant } from "./mutants.ts";
import { outside, outsideRows } from "./outside-attacks.ts";

/** A request to one mutant, as a dry-run. */
export type Row = (mutant: Mutant) => Promise<Attempt>;

/** What a guard has to refuse, and what it has to let through: the attacks' twins, and what is a matter of its own. */
export interface Rows {
  readonly attacks: readonly Row[];
  readonly harmless: readonly Row[];
}

/** The rows for each guard, by its name. */
export function mutationRows(cluster: Cluster, probes: readonly GuardProbe[]): (policy: string) => Rows {
  const ask = (request: ApiRequest, as?: Actor): Promise<Attempt> =>
    attempt(
      cluster.send({
        ...request,
        query: { dryRun: "All" },
        ...(as === undefined ? {} : { impersonate: as }),
      }),
    );
  const create = (made: KubernetesObject, as?: Actor): Promise<Attempt> =>
    ask({ method: "POST", path: collectionPath(idOf(made), made.metadata.namespace), body: made }, as);
  const patch = (of: KubernetesObject, body: object, as?: Actor): Promise<Attempt> =>
    ask({ method: "PATCH", path: pathOf(idOf(of)), contentType: "application/merge-patch+json", body }, as);
  const onPod = (mutant: Mutant, name: string, subresource: string, body: object): Promise<Attempt> => {
    const id = { group: "", kind: "Pod", namespace: placeOf(mutant), name };
    return ask({ method: "POST", path: pathOf(id, subresource), body }, attacker);
  };
  const evict = (mutant: Mutant, gracePeriodSeconds: number): Promise<Attempt> =>
    onPod(mutant, "slow", "eviction", {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name: "slow" },
      deleteOptions: { gracePeriodSeconds },
    });
  const remove = (of: KubernetesObject, gracePeriodSeconds: number, as: Actor): Promise<Attempt> =>
    attempt(
      cluster.send({
        method: "DELETE",
        path: pathOf(idOf(of)),
        query: { dryRun: "All" },
        body: { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds, dryRun: ["All"] },
        impersonate: as,
      }),
    );

  const scopeOf = (mutant: Mutant, index = 0): AttackScope => {
    const scope = scopes[index] as AttackScope;
    return { ...scope, namespace: { ...scope.namespace, name: placeOf(mutant, index) } };
  };
  const podWith =
    (spec: JsonMap): Row =>
    (mutant) =>
      create(harmlessPod(scopeOf(mutant), spec), attacker);
  const inPlace = (mutant: Mutant, apiVersion: string, kind: string, fields: JsonMap): KubernetesObject =>
    object(apiVersion, kind, placeOf(mutant), fields);

  /** A request of the product's own table: from the first place where the attack applies, and where Pod Security does not get ahead of the guard. */
  const ofTable = (policy: string, { when, refusedBy }: Attack, request: Attack["request"]): Row[] => {
    const first = scopes.findIndex((scope) => when?.(scope) ?? true);
    const last = scopes.length - 1;
    const isOutside = policy === "mtenant-outsiders";
    const places = isOutside ? [last] : refusedBy.includes("PodSecurity") ? [first, last] : [first];
    return places.map((index) => async (mutant: Mutant) => {
      const answer = await sendAttack(cluster, request(scopeOf(mutant, index)), attacker);
      return answer.code < 300 ? {} : { ...answer, denied: guardDenied(answer) };
    });
  };

  const elder = (mutant: Mutant): KubernetesObject => {
    const found = elderOf(mutant);
    if (found === undefined) throw new Error(`${mutant.policy} has no elder`);
    return found;
  };
  /** What is older than the guard can be changed: the guard judges what is new. */
  const changesElder: Row = (mutant) => patch(elder(mutant), harmlessPatch, attacker);

  /** What the product's table has no rows for: attacks on what exists, by others than tenants, and forms that no tenant's spec gives. */
  const attacks: Readonly<Record<string, readonly Row[]>> = {
    "mtenant-managed": [
      (mutant) => {
        const labels = { "app.kubernetes.io/managed-by": "mtenant" };
        return create(inPlace(mutant, "v1", "ConfigMap", { metadata: { labels } }), attacker);
      },
      (mutant) => patch(elder(mutant), harmlessPatch, attacker),
    ],
    "mtenant-namespaces": [
      ...["mtenant.dev/tenant", "mtenant.dev/tenant-nodes"].map(
        (label) => (mutant: Mutant) =>
          create(namespaceObject("forged", { [label]: "Allow", [MUTANT_LABEL]: mutant.name }), administrator),
      ),
      (mutant) => patch(elderNamespace(mutant), unlabelled("mtenant.dev/tenant-nodes"), administrator),
      (mutant) => patch(firstPlace(mutant), unlabelled("mtenant.dev/tenant"), administrator),
      (mutant) =>
        patch(
          firstPlace(mutant),
          { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
          administrator,
        ),
    ],
    "mtenant-outsiders": [
      ...outsideRows.map(
        ([, , attack]) =>
          (mutant: Mutant) =>
            create(outside(attack, placeOf(mutant)), attacker),
      ),
      (mutant) => create(mirrored(outside({ nodeName: "n1" }, placeOf(mutant, 1))), kubelet),
      (mutant) =>
        onPod(mutant, ELDER, "binding", {
          apiVersion: "v1",
          kind: "Binding",
          metadata: { name: ELDER },
          target: { kind: "Node", name: "n1" },
        }),
    ],
    "mtenant-daemonsets": [
      (mutant) => patch(elder(mutant), { spec: { template: { spec: { hostPID: true } } } }, attacker),
    ],
    "mtenant-nodes": [
      (mutant) => patch(nodeOf(mutant), { metadata: { labels: { "mtenant.dev/tenant": "team2" } } }, kubelet),
      (mutant) => patch(nodeOf(mutant), unlabelled("mtenant.dev/tenant"), kubelet),
      (mutant) => patch(nodeOf(mutant), { spec: { taints: null } }, kubelet),
    ],
    "mtenant-serviceaccounts": [
      (mutant) => patch(accountIn(placeOf(mutant)), { automountServiceAccountToken: true }, attacker),
      (mutant) => remove(accountIn(placeOf(mutant)), 0, attacker),
    ],
    "mtenant-disruption": [
      (mutant) => evict(mutant, 1_000_000_000),
      (mutant) => remove(slowPod(mutant), 1_000_000_000, attacker),
    ],
    "mtenant-secrets": [
      (mutant) =>
        patch(
          elder(mutant),
          { metadata: { annotations: { "kubernetes.io/service-account.name": "stronger" } } },
          attacker,
        ),
    ],
    "mtenant-pods": [
      podWith({ priorityClassName: "system-node-critical" }),
      podWith({
        hostUsers: false,
        securityContext: { runAsUser: 0, seccompProfile: { type: "RuntimeDefault" } },
      }),
    ],
    "mtenant-volumes": [
      (mutant) => {
        const dataSourceRef = { kind: "PersistentVolumeClaim", name: "x", namespace: "team2" };
        return create(harmlessClaim(scopeOf(mutant), { dataSourceRef }), attacker);
      },
      ...["gp3", ""].map(
        (storageClassName) => (mutant: Mutant) =>
          create(harmlessClaim(scopeOf(mutant, 1), { storageClassName }), attacker),
      ),
    ],
  };

  /** The attacks' own twins aside: what is older than the guard, and those whom it does not concern. */
  const harmless: Readonly<Record<string, readonly Row[]>> = {
    "mtenant-autoscalers": [changesElder],
    "mtenant-daemonsets": [
      changesElder,
      (mutant) => create(daemonSet(mutant, { operator: "Exists" }), administrator),
      (mutant) => create(daemonSet(mutant, { key: "mtenant.dev/tenant", value: "team1" }), attacker),
    ],
    "mtenant-disruption": [
      changesElder,
      (mutant) => remove(slowPod(mutant), 7200, attacker),
      (mutant) => patch(elder(mutant), { spec: { maxUnavailable: "0%" } }, kubernetes),
    ],
    "mtenant-managed": [
      (mutant) => patch(elder(mutant), harmlessPatch, kubernetes),
      (mutant) => patch(elder(mutant), harmlessPatch),
    ],
    "mtenant-namespaces": [
      (mutant) => patch(elderNamespace(mutant), harmlessPatch, administrator),
      (mutant) => patch(firstPlace(mutant), harmlessPatch, kubernetes),
      (mutant) => patch(firstPlace(mutant), harmlessPatch),
    ],
    "mtenant-nodes": [
      (mutant) => patch(nodeOf(mutant), harmlessPatch, kubelet),
      (mutant) => patch(nodeOf(mutant), unlabelled("mtenant.dev/tenant"), administrator),
    ],
    "mtenant-objects": [
      changesElder,
      (mutant) => create(reserved(mutant), kubernetes),
      (mutant) => create(reserved(mutant)),
      (mutant) =>
        create(
          inPlace(mutant, "v1", "ConfigMap", { metadata: { finalizers: ["example.com/x"] } }),
          administrator,
        ),
    ],
    "mtenant-outsiders": [
      changesElder,
      ...outsideRows.map(
        ([, , , twin]) =>
          (mutant: Mutant) =>
            create(outside(twin, placeOf(mutant)), attacker),
      ),
      (mutant) =>
        create(outside({ nodeSelector: { "mtenant.dev/tenant": "team1" } }, placeOf(mutant, 1)), attacker),
      (mutant) => create(outside({ nodeName: "n1" }, placeOf(mutant))),
      (mutant) => create(mirrored(outside({ ...everywhere, nodeName: "n1" }, placeOf(mutant))), kubelet),
      (mutant) => create(ofDaemonSet(outside(everywhere, placeOf(mutant))), kubernetes),
    ],
    "mtenant-pods": [
      changesElder,
      (mutant) =>
        patch(
          elder(mutant),
          { metadata: { annotations: { "cni.projectcalico.org/podIP": "x" } } },
          administrator,
        ),
    ],
    "mtenant-secrets": [changesElder],
    "mtenant-serviceaccounts": [
      changesElder,
      (mutant) => remove(elder(mutant), 0, attacker),
      (mutant) => create(withIdentity(mutant), kubernetes),
      (mutant) => create(withIdentity(mutant)),
    ],
    "mtenant-services": [changesElder],
    "mtenant-volumes": [
      changesElder,
      (mutant) => patch(unboundClaim(mutant), { spec: { volumeName: "x" } }, kubernetes),
    ],
  };

  const reserved = (mutant: Mutant): KubernetesObject =>
    inPlace(mutant, "v1", "ConfigMap", { metadata: { annotations: { "mtenant.dev/x": "y" } } });
  const daemonSet = (mutant: Mutant, toleration: JsonMap): KubernetesObject => {
    const { spec } = harmlessPod(scopeOf(mutant), { tolerations: [toleration] }) as { spec?: JsonMap };
    const template = { metadata: { labels: { app: "x" } }, spec: spec ?? {} };
    return inPlace(mutant, "apps/v1", "DaemonSet", {
      spec: { selector: { matchLabels: { app: "x" } }, template },
    });
  };
  const withIdentity = (mutant: Mutant): KubernetesObject =>
    inPlace(mutant, "v1", "ServiceAccount", {
      metadata: { annotations: { "eks.amazonaws.com/role-arn": "x" } },
    });
  /** That a guard answers its probe is a duty of its own. */
  const probing: Row = async (mutant) => {
    const answer = await create(probeOf(probes, mutant));
    return answer.denied?.message.includes("is live") ? answer : {};
  };

  return (policy) => {
    const table = guardedAttacks.filter(({ refusedBy }) => refusedBy.includes(guard(policy)));
    return {
      attacks: [
        ...table.flatMap((attack) => ofTable(policy, attack, attack.request)),
        ...(attacks[policy] ?? []),
        probing,
      ],
      harmless: [
        ...(harmless[policy] ?? []),
        ...table.flatMap((attack) => ofTable(policy, attack, attack.twin)),
      ],
    };
  };
}

const harmlessPatch = { metadata: { labels: { "example.com/a": "b" } } };
const unlabelled = (label: string): object => ({ metadata: { labels: { [label]: null } } });
const firstPlace = (mutant: Mutant): KubernetesObject => namespacesOf(mutant)[0] as KubernetesObject;

const everywhere: JsonMap = { tolerations: [{ operator: "Exists" }] };

function mirrored(pod: KubernetesObject): KubernetesObject {
  return { ...pod, metadata: { ...pod.metadata, annotations: { "kubernetes.io/config.mirror": "x" } } };
}

function ofDaemonSet(pod: KubernetesObject): KubernetesObject {
  const owner = {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    name: "x",
    uid: "00000000-0000-4000-8000-000000000000",
  };
  const metadata = { ...pod.metadata, ownerReferences: [{ ...owner, controller: true }] };
  return { ...pod, metadata };
}

/** The question to a mutant: that of its guard, asked where the mutant is bound. */
export function probeOf(probes: readonly GuardProbe[], mutant: Mutant): KubernetesObject {
  const probe = probes.find(({ policy }) => policy === mutant.policy)?.object;
  if (probe === undefined) throw new Error(`${mutant.policy} has no probe`);
  const { namespace, ...metadata } = probe.metadata;
  return {
    ...probe,
    metadata: {
      ...metadata,
      ...(namespace === undefined ? {} : { namespace: placeOf(mutant) }),
      labels: { ...metadata.labels, [MUTANT_LABEL]: mutant.name },
    },
  };
}
