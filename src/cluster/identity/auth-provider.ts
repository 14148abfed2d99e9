import { ExitCode, ExpectedError } from "../../errors.ts";
import type { Clock } from "../clock.ts";
import type { AuthProviderEntry } from "../kubeconfig/kubeconfig.ts";
import type { Selection } from "../kubeconfig/select.ts";
import type { CredentialSource } from "./credentials.ts";
import { fetchedCredentials } from "./credentials.ts";

/** The library keeps the token until it expires; it is asked again this often. */
const ASK_AGAIN_MS = 60_000;

/**
 * Credentials of the `auth-provider` field: only `oidc` is left in Kubernetes (the others went with 1.26).
 * Throws ExpectedError (exit code 2) for another one.
 */
export function authProviderCredentials(
  provider: AuthProviderEntry,
  selection: Selection,
  clock: Clock,
): CredentialSource {
  if (provider.name !== "oidc") {
    throw new ExpectedError(
      ExitCode.usage,
      `user "${selection.userName}" uses the auth-provider ${provider.name}`,
      {
        hint: "Kubernetes 1.26 removed it; use the credential plugin of your cloud (`exec`)",
      },
    );
  }
  let library: Promise<OidcLibrary> | undefined;
  return fetchedCredentials(async () => {
    // One for all requests: it keeps the refreshed token, and a refresh token may be good for one use only.
    library ??= loadLibrary(provider, selection);
    const authorization = await oidcHeader(await library, selection);
    return { credentials: { authorization }, expires: clock.now() + ASK_AGAIN_MS };
  }, clock);
}

type Headers = Record<string, string | string[]>;
type OidcLibrary = { applyToHTTPSOptions(options: { headers?: Headers }): Promise<void> };

async function loadLibrary(provider: AuthProviderEntry, selection: Selection): Promise<OidcLibrary> {
  const { KubeConfig } = await import("./oidc-library.ts");
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: "cluster", server: selection.cluster.server }],
    users: [{ name: "user", authProvider: { name: provider.name, config: { ...provider.config } } }],
    contexts: [{ name: "context", cluster: "cluster", user: "user" }],
    currentContext: "context",
  });
  return config;
}

async function oidcHeader(library: OidcLibrary, selection: Selection): Promise<string> {
  const options: { headers?: Headers } = {};
  await library.applyToHTTPSOptions(options).catch((error: unknown) => fail(selection, error));
  const header = options.headers?.Authorization;
  return typeof header === "string" ? header : fail(selection);
}

function fail(selection: Selection, cause?: unknown): never {
  throw new ExpectedError(
    ExitCode.unable,
    `user "${selection.userName}": there is no valid OpenID Connect token`,
    {
      hint: "sign in again with the tool that wrote the kubeconfig",
      cause,
    },
  );
}
