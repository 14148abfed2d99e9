import { ExitCode, ExpectedError } from "../../errors.ts";
import type { Clock } from "../clock.ts";
import type { ConnectionOptions } from "../connection-options.ts";
import { readMaterial } from "../kubeconfig/material.ts";
import type { Selection } from "../kubeconfig/select.ts";
import { authProviderCredentials } from "./auth-provider.ts";
import type { ClientCertificate, CredentialSource } from "./credentials.ts";
import { fixedCredentials } from "./credentials.ts";
import { execCredentials } from "./exec-plugin.ts";
import { tokenFileCredentials } from "./token-file.ts";

/**
 * Where the credentials of the selected user come from. As in kubectl, a token file goes before a token, both before a
 * password, and all before a plugin. Throws ExpectedError (exit code 2) when what is given cannot work.
 */
export async function credentialSource(
  selection: Selection,
  options: ConnectionOptions,
  clock: Clock,
): Promise<CredentialSource> {
  const { user } = selection;
  const certificate = await clientCertificate(selection);
  if (user.exec !== undefined && user.authProvider !== undefined) {
    throw new ExpectedError(ExitCode.usage, `user "${selection.userName}" has both exec and auth-provider`);
  }
  if (user.tokenFile !== undefined) return tokenFileCredentials(user.tokenFile, certificate, clock);
  if (user.token !== undefined)
    return fixedCredentials({ authorization: `Bearer ${user.token}`, certificate });
  if (user.username !== undefined) return fixedCredentials({ authorization: basic(user), certificate });
  if (user.exec !== undefined) return execCredentials(user.exec, selection, options, clock);
  if (user.authProvider !== undefined) return authProviderCredentials(user.authProvider, selection, clock);
  return fixedCredentials({ certificate });
}

/** RFC 7617. */
function basic(user: {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}): string {
  return `Basic ${Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64")}`;
}

async function clientCertificate(selection: Selection): Promise<ClientCertificate | undefined> {
  const { clientCertificate: cert, clientKey: key } = selection.user;
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    const missing = cert === undefined ? "client-certificate" : "client-key";
    throw new ExpectedError(ExitCode.usage, `user "${selection.userName}" has no ${missing}`);
  }
  return { cert: await readMaterial(cert, "client certificate"), key: await readMaterial(key, "client key") };
}
