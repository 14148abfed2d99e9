import { wallWriters } from "../../boundaries/access/wall-writers.ts";
import { missingRights, ownRules, describeRight, type AccessCheck } from "../../cluster/access-review.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { gather } from "../../cluster/gather-facts.ts";
import { type ListSelection, listObjects } from "../../cluster/list-objects.ts";
import { unlessUnavailable } from "../../cluster/unavailable.ts";
import { ruleOrigins } from "../../facts/aggregate.ts";
import type { PolicyRule } from "../../facts/facts.ts";
import { breakDown } from "../../facts/rules.ts";
import type { Listed, Seen } from "./diagnosis.ts";

/**
 * Reads everything that the examinations judge, at the same time; changes nothing. `needed`: the rules of an operator.
 * Throws ExpectedError (exit code 3) where nothing can be said without it, ApiError, ConnectionError.
 */
export async function look(cluster: Cluster, needed: readonly PolicyRule[]): Promise<Seen> {
  const list = (group: string, kind: string, selection: ListSelection = {}): Promise<Listed> =>
    unlessUnavailable(listObjects(cluster, { group, kind }, selection));
  const [
    { facts, clusterRoles, nodes },
    daemonSets,
    pods,
    namespaces,
    configMaps,
    validating,
    mutating,
    bindings,
    missing,
  ] = await Promise.all([
    gather(cluster),
    list("apps", "DaemonSet"),
    list("", "Pod"),
    list("", "Namespace"),
    list("", "ConfigMap", { namespace: "kube-system" }),
    list("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    list("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
    list("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    lacking(cluster, needed),
  ]);
  return {
    facts,
    daemonSets,
    nodes,
    pods,
    namespaces,
    configMaps,
    webhooks: validating === "unknown" || mutating === "unknown" ? "unknown" : [...validating, ...mutating],
    adminOrigins: ruleOrigins(clusterRoles, "admin"),
    wallWriters: bindings === "unknown" ? bindings : wallWriters(clusterRoles, bindings),
    missingRights: missing.map(describeRight),
  };
}

async function lacking(cluster: Cluster, needed: readonly PolicyRule[]): Promise<readonly AccessCheck[]> {
  return missingRights(cluster, needed.flatMap(breakDown), { own: await ownRules(cluster) });
}
