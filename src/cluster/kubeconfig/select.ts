import { ExitCode, ExpectedError } from "../../errors.ts";
import type { ConnectionOptions } from "../connection-options.ts";
import type { ClusterEntry, Kubeconfig, UserEntry } from "./kubeconfig.ts";

/** The cluster and the user to work with, and how the choice is called for people. */
export interface Selection {
  readonly context: string;
  readonly clusterName: string;
  readonly cluster: ClusterEntry;
  readonly userName: string;
  readonly user: UserEntry;
}

const nobody: UserEntry = { asGroups: [], asExtra: {} };

/**
 * Picks context, cluster and user of a kubeconfig; the options win over the context.
 * Throws ExpectedError (exit code 2) that lists what there is to choose from.
 */
export function selectTarget(config: Kubeconfig, options: ConnectionOptions): Selection {
  const context = contextName(config, options);
  const chosen = context === "" ? undefined : pick(config.contexts, context, "context", config);
  const clusterName = options.cluster ?? chosen?.cluster ?? "";
  const userName = options.user ?? chosen?.user ?? "";
  return {
    context: context === "" ? clusterName : context,
    clusterName,
    cluster: pick(config.clusters, clusterName, "cluster", config),
    userName,
    user: userName === "" ? nobody : pick(config.users, userName, "user", config),
  };
}

function contextName(config: Kubeconfig, options: ConnectionOptions): string {
  const name = options.context ?? config.currentContext;
  if (name !== "" || (options.cluster !== undefined && options.user !== undefined)) return name;
  const what =
    options.context === "" ? "--context is empty" : `${config.files.join(", ")} has no current-context`;
  throw new ExpectedError(ExitCode.usage, what, {
    hint: `choose one with --context: ${choices(config.contexts)}`,
  });
}

function pick<T>(entries: ReadonlyMap<string, T>, name: string, word: string, config: Kubeconfig): T {
  const entry = entries.get(name);
  if (entry !== undefined) return entry;
  const message = `${config.files.join(", ")} has no ${word} called "${name}"`;
  throw new ExpectedError(ExitCode.usage, message, { hint: `there is: ${choices(entries)}` });
}

function choices(entries: ReadonlyMap<string, unknown>): string {
  return entries.size === 0 ? "none at all" : [...entries.keys()].sort().join(", ");
}
