import { ExitCode, ExpectedError } from "../errors.ts";
import type { ConnectionOptions } from "./connection-options.ts";
import type { UserEntry } from "./kubeconfig/kubeconfig.ts";
import type { Selection } from "./kubeconfig/select.ts";
import type { Endpoint } from "./transport/endpoint.ts";
import { isLoopback } from "./transport/proxy-choice.ts";

/**
 * Refuses what would give credentials away, or trusts a server that nobody checked. Throws ExpectedError (exit code 2).
 */
export function refuseUnsafe(selection: Selection, options: ConnectionOptions): void {
  const { cluster, clusterName, user } = selection;
  if (options.env.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
    throw new ExpectedError(
      ExitCode.usage,
      "NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the check of every certificate",
      {
        hint: "unset it; for one cluster there is insecure-skip-tls-verify in the kubeconfig",
      },
    );
  }
  if (cluster.insecureSkipTlsVerify && cluster.certificateAuthority !== undefined) {
    throw new ExpectedError(
      ExitCode.usage,
      `cluster "${clusterName}" has both a certificate-authority and insecure-skip-tls-verify`,
    );
  }
  if (cluster.server.startsWith("http://") && hasCredentials(user) && !isLocal(cluster.server)) {
    throw new ExpectedError(
      ExitCode.usage,
      `cluster "${clusterName}" is reached over http://, which shows the credentials to everybody on the way`,
    );
  }
}

/** What the person should know before trusting the connection. */
export function connectionWarnings(selection: Selection, endpoint: Endpoint): readonly string[] {
  if (!endpoint.tls) return [`the connection to ${endpoint.url} is not encrypted`];
  if (!selection.cluster.insecureSkipTlsVerify) return [];
  return [
    `the certificate of ${endpoint.url} is not checked (insecure-skip-tls-verify): anybody on the way can read and change everything`,
  ];
}

function hasCredentials(user: UserEntry): boolean {
  const secrets = [user.token, user.tokenFile, user.username, user.exec, user.authProvider];
  return secrets.some((secret) => secret !== undefined);
}

function isLocal(server: string): boolean {
  return URL.canParse(server) && isLoopback(new URL(server).hostname);
}
