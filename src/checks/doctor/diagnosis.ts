import type { WallWriter } from "../../boundaries/access/wall-writers.ts";
import type { RuleOrigin } from "../../facts/aggregate.ts";
import type { Facts } from "../../facts/facts.ts";
import type { LabelledNamespace } from "../../plan/unrecorded.ts";
import type { KubernetesObject } from "../../manifests/object.ts";

/**
 * How it stands with one thing that the walls rely on. `good`: it holds. `warning`: it holds, and something will behave
 * differently than people expect. `bad`: a wall does not hold here. `unknown`: the API does not tell.
 */
export type Health = "good" | "warning" | "bad" | "unknown";

/** What was found out about one thing, from what, and what to do about it. */
export interface Diagnosis {
  /** Stays the same from version to version: `network-policies`. */
  readonly topic: string;
  readonly health: Health;
  /** A sentence without a full stop. */
  readonly message: string;
  /** The objects and values that the verdict comes from. */
  readonly evidence: readonly string[];
  /** What a person can do; absent where there is nothing to do. */
  readonly remedy?: string;
}

/** Objects of a kind; `unknown` where they may not be read. */
export type Listed = readonly KubernetesObject[] | "unknown";

/** Rights that the caller does not have, in words. */
export interface SeenRights {
  /** Of those that running mtenant takes. */
  readonly missingRights: readonly string[];
  /** Of those that `verify` takes beyond them. */
  readonly missingToVerify: readonly string[];
}

/** What is wrong with what mtenant keeps in the cluster. */
export interface RecordsSeen {
  /** In words, one for each record. */
  readonly damaged: readonly string[];
  readonly unrecorded: readonly LabelledNamespace[];
}

/** Everything about a cluster that the examinations judge. */
export interface Seen extends SeenRights {
  readonly facts: Facts;
  readonly daemonSets: Listed;
  readonly nodes: Listed;
  /** Of all namespaces. */
  readonly pods: Listed;
  readonly namespaces: Listed;
  /** Of kube-system: what configures the network and its name service. */
  readonly configMaps: Listed;
  /** ValidatingWebhookConfigurations and MutatingWebhookConfigurations. */
  readonly webhooks: Listed;
  /** What `admin` is put together from. */
  readonly adminOrigins: readonly RuleOrigin[];
  /** Who beyond the operators may write the walls. */
  readonly wallWriters: readonly WallWriter[] | "unknown";
  /** Records that cannot be read, and Namespaces of tenants whose record does not list them. */
  readonly records: RecordsSeen | "unknown";
}

/** Judges one thing by what was seen. */
export type Examination = (seen: Seen) => readonly Diagnosis[];
