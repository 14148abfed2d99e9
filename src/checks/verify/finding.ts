import type { BoundaryName } from "../../manifests/manifest.ts";

/** pass: the wall held, for the stated reason. breach: it did not. open: it did not, as the spec says. inconclusive: nobody can tell. */
export type Verdict = "pass" | "breach" | "open" | "inconclusive";

/** What one check of a tenant came to. */
export interface Finding {
  /** Of an attack, its id; else `wall`, `quota`, `guard`, `foreign`, `node-visitors` or `pool-node`. */
  readonly id: string;
  readonly boundary: BoundaryName;
  /** What was checked, as a sentence without its full stop. */
  readonly title: string;
  /** The namespace it was checked in; absent: the whole cluster. */
  readonly namespace?: string;
  /** Whose namespace it reached for, where it reached for one that is not the tenant's. */
  readonly neighbour?: string;
  readonly verdict: Verdict;
  /** Why this verdict. */
  readonly message: string;
  readonly evidence: readonly Evidence[];
}

/** One request that was sent, and what came back. */
export interface Evidence {
  /** The attack, or the harmless request beside it; absent: it has none beside it. */
  readonly part?: "attack" | "twin";
  /** The user it was sent as, and its groups. */
  readonly as: string;
  readonly request: string;
  readonly code: number;
  readonly reason: string;
  /** Who refused it: RBAC, an admission plugin or a policy. */
  readonly refusedBy?: string;
  /** The server's words. */
  readonly message: string;
}
