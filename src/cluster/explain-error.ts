import type { Problem } from "../errors.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { ConnectionProblem } from "./api-error.ts";
import { ApiError, ConnectionError } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import { isTypedPatchFailure } from "./server-text.ts";

/** Which cluster, for people. */
export type NamedCluster = Pick<Cluster, "context" | "server" | "actingAs">;

/** Who asks, as a part of a sentence: `the user of context "prod"`, `user "bob" (--as)`. */
export function callerOf({ context, actingAs }: NamedCluster): string {
  return actingAs === undefined ? `the user of context "${context}"` : `user "${actingAs}" (--as)`;
}

/**
 * An error of a request in people's words, with the exit code. `what` was tried, as a verb and its object: `create
 * NetworkPolicy payments/default-deny`. Whatever is no error of a request is thrown again: it is a bug.
 */
export function explainError(error: unknown, cluster: NamedCluster, what: string): ExpectedError {
  if (error instanceof ExpectedError) return error;
  if (error instanceof ConnectionError) return explainConnection(error, cluster, what);
  if (error instanceof ApiError) return explainAnswer(error, cluster, what);
  throw error;
}

function explainConnection(error: ConnectionError, cluster: NamedCluster, what: string): ExpectedError {
  const { problem } = error.details;
  const code = problem === "aborted" ? ExitCode.interrupted : ExitCode.unable;
  return new ExpectedError(code, `cannot ${what} at ${cluster.server}: ${error.message}`, {
    hint: connectionHints[problem](cluster),
    cause: error,
  });
}

const somethingElse = (): string =>
  "something else answers in the server's place; is a sign-in needed (VPN, single sign-on)?";

const connectionHints: Readonly<Record<ConnectionProblem, (cluster: NamedCluster) => string>> = {
  dns: ({ context }) => `is the server of context "${context}" right, and the VPN up?`,
  refused: ({ context }) => `is the cluster of context "${context}" running, and the VPN up?`,
  proxy: () => "check proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY",
  tls: ({ context }) =>
    `the certificate-authority of context "${context}" must be the one of this server; is something else answering?`,
  reset: () => "try again; what was done so far is kept",
  truncated: () => "try again; something between here and the server may cut answers off",
  timeout: () => "try again, or give it more time with --request-timeout",
  redirect: somethingElse,
  foreign: somethingElse,
  aborted: () => "the same command goes on where it stopped",
};

function explainAnswer(error: ApiError, cluster: NamedCluster, what: string): ExpectedError {
  if (error.code === 401) {
    return new ExpectedError(
      ExitCode.unable,
      `cannot ${what}: ${cluster.server} does not accept the credentials of context "${cluster.context}"`,
      { hint: "they may have expired: sign in again, or choose another --context", cause: error },
    );
  }
  if (isTypedPatchFailure(error.message)) return ourMistake(error, what);
  const hint = answerHint(error, cluster);
  const status = error.reason === "" ? `${error.code}` : `${error.code} ${error.reason}`;
  return new ExpectedError(ExitCode.unable, `cannot ${what}: ${error.message} (${status})`, {
    problems: problemsOf(error),
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The object does not fit the server's schema, which render has to know. */
function ourMistake(error: ApiError, what: string): ExpectedError {
  return new ExpectedError(ExitCode.bug, `cannot ${what}: ${error.message}`, {
    hint: "the object does not fit the server's schema: a bug of mtenant, or of a template override",
    cause: error,
  });
}

/** A Status repeats its causes in the message; only those that name a field add something. */
function problemsOf(error: ApiError): readonly Problem[] {
  return error.causes
    .filter(({ field }) => field !== undefined && field !== "")
    .map(({ field, message }) => ({ where: field as string, message: message ?? "" }));
}

function answerHint(error: ApiError, cluster: NamedCluster): string | undefined {
  if (error.code === 403)
    return `the server refuses it: a right (mtenant role operator prints those that are needed), a quota or an admission rule; you are ${callerOf(cluster)}`;
  if (error.code === 404 && error.reason === "") return `${cluster.server} does not serve this API`;
  if (error.code === 409) return "somebody else changed it at the same time; run the command again";
  if (error.code === 413)
    return "the server, or a proxy before it, takes nothing as large as this: say less in one spec, or raise the limit there";
  if (error.code === 429) return "the server is overloaded; run the command again later";
  return error.code >= 500
    ? "the server, or a webhook that it calls, is failing; run the command again later"
    : undefined;
}
