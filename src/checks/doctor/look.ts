import { wallWriters } from "../../boundaries/access/wall-writers.ts";
import { missingRights, ownRules, describeRight } from "../../cluster/access-review.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { gather } from "../../cluster/gather-facts.ts";
import { type ListSelection, listObjects } from "../../cluster/list-objects.ts";
import { unlessUnavailable } from "../../cluster/unavailable.ts";
import { ruleOrigins } from "../../facts/aggregate.ts";
import type { PolicyRule } from "../../facts/facts.ts";
import { breakDown } from "../../facts/rules.ts";
import { listRecords } from "../../execute/records.ts";
import { unrecordedAmong } from "../../plan/unrecorded.ts";
import type { Listed, Seen, SeenRights } from "./diagnosis.ts";

/** The rules that running mtenant takes, and those that `verify` takes beyond them. */
export interface NeededRules {
  readonly operator: readonly PolicyRule[];
  readonly verify: readonly PolicyRule[];
}

/**
 * Reads everything that the examinations judge, at the same time; changes nothing.
 * Throws ExpectedError (exit code 3) where nothing can be said without it, ApiError, ConnectionError.
 */
export async function look(cluster: Cluster, needed: NeededRules): Promise<Seen> {
  const list = (group: string, kind: string, selection: ListSelection = {}): Promise<Listed> =>
    unlessUnavailable(listObjects(cluster, { group, kind }, selection));
  const allNamespaces = list("", "Namespace");
  const [
    { facts, clusterRoles, nodes },
    daemonSets,
    pods,
    namespaces,
    configMaps,
    validating,
    mutating,
    bindings,
    records,
    rights,
  ] = await Promise.all([
    gather(cluster),
    list("apps", "DaemonSet"),
    list("", "Pod"),
    allNamespaces,
    list("", "ConfigMap", { namespace: "kube-system" }),
    list("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    list("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
    list("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    readRecordsAfter(cluster, allNamespaces),
    lookAtRights(cluster, needed),
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
    records,
    ...rights,
  };
}

/** What of an operator's rights the caller lacks, in words. Throws ApiError, ConnectionError. */
export async function lookAtRights(cluster: Cluster, needed: NeededRules): Promise<SeenRights> {
  const own = await ownRules(cluster);
  const lacking = async (rules: readonly PolicyRule[]): Promise<readonly string[]> =>
    (await missingRights(cluster, rules.flatMap(breakDown), { own })).map(describeRight);
  const [missing, toVerify] = await Promise.all([lacking(needed.operator), lacking(needed.verify)]);
  return { missingRights: missing, missingToVerify: toVerify };
}

/** Records are there before the namespaces that they list. */
async function readRecordsAfter(cluster: Cluster, reading: Promise<Listed>): Promise<Seen["records"]> {
  const namespaces = await reading;
  const read = await unlessUnavailable(listRecords(cluster));
  if (namespaces === "unknown" || read === "unknown") return "unknown";
  const listing = [...read.records.map(({ record }) => record), ...read.damaged];
  return {
    damaged: read.damaged.map(({ error }) => error.message),
    unrecorded: unrecordedAmong(namespaces, listing),
  };
}
