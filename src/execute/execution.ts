import type { Clock } from "../cluster/clock.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Owner } from "../manifests/manifest.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import type { Outcome, WaveName } from "../plan/plan.ts";

/** What a run tells while it works, for progress on a terminal and for a log. */
export type ExecuteEvent =
  | { readonly kind: "wave"; readonly owner: Owner; readonly wave: WaveName; readonly changes: number }
  | { readonly kind: "outcome"; readonly owner: Owner; readonly outcome: Outcome }
  /** `what` reads after "waiting for": `namespace payments to be gone`. */
  | { readonly kind: "waiting"; readonly what: string };

/** What speaks against giving these Nodes away, or back, as they are now, a sentence for each by `keyOf`; none for those that may be. */
export type NodeRefusals = (nodes: readonly KubernetesObject[]) => Promise<ReadonlyMap<string, string>>;

/** What every write needs. */
export interface Execution {
  readonly cluster: Cluster;
  /** Aborted: no new wave begins and waiting ends; what is under way is finished. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: ExecuteEvent) => void;
  /** The longest that one thing is waited for. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Called often while working: keeps the record held, and throws when it no longer is. */
  readonly keepAlive?: () => Promise<void>;
  /**
   * Asked before a Node is given away, again when its taint keeps new pods away, and before a Node is given back.
   * Absent: nothing speaks against any.
   */
  readonly nodeRefusals?: NodeRefusals;
}
