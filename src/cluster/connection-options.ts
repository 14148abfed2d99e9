import type { Clock } from "./clock.ts";

/** How to reach a cluster. Names and meanings are kubectl's; nothing is read from the process itself. */
export interface ConnectionOptions {
  /** A kubeconfig file; absent: $KUBECONFIG (a list of files), then ~/.kube/config, then the pod's own account. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
  /** Act as this user, in every request that does not say otherwise. */
  readonly as?: string | undefined;
  readonly asGroups?: readonly string[] | undefined;
  /** For one request; 0 means no limit; absent: 30 s. */
  readonly requestTimeoutMs?: number | undefined;
  /** Requests that may be under way at the same time; absent: 24. */
  readonly maxInFlight?: number | undefined;
  /** May a credential plugin ask the person at the terminal? Absent: no. */
  readonly interactive?: boolean | undefined;
  /** How long a credential plugin may take; absent: 60 s. */
  readonly pluginTimeoutMs?: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly cwd: string;
  /** Where a pod finds its account; absent: /var/run/secrets/kubernetes.io/serviceaccount. */
  readonly serviceAccountFolder?: string | undefined;
  /** Absent: the system's clock and random numbers. */
  readonly clock?: Clock | undefined;
}
