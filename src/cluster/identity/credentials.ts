import type { Clock } from "../clock.ts";

/** A client certificate and its key, PEM. */
export interface ClientCertificate {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/** Who we are to the server, at one moment. Never printed. */
export interface Credentials {
  /** The whole Authorization header. */
  readonly authorization?: string | undefined;
  /** The same object as long as it is the same certificate. */
  readonly certificate?: ClientCertificate | undefined;
}

/** Where credentials come from. */
export interface CredentialSource {
  /** The credentials to use now; many callers at once cause one look-up. */
  current(): Promise<Credentials>;
  /** The server did not accept these (401): fetches new ones. False: there are no others. */
  renew(refused: Credentials): Promise<boolean>;
}

/** Credentials with the moment from which they must not be used any more, in milliseconds since the epoch. */
export interface ExpiringCredentials {
  readonly credentials: Credentials;
  readonly expires: number;
}

/** Credentials that never change. */
export function fixedCredentials(credentials: Credentials): CredentialSource {
  return { current: async () => credentials, renew: async () => false };
}

/** Credentials that are fetched when first needed, once for all who wait, and again when expired or refused. */
export function fetchedCredentials(
  fetch: () => Promise<ExpiringCredentials>,
  clock: Clock,
): CredentialSource {
  let held: ExpiringCredentials | undefined;
  let fetching: Promise<ExpiringCredentials> | undefined;

  const fetchOnce = (): Promise<ExpiringCredentials> => {
    fetching ??= fetch().finally(() => {
      fetching = undefined;
    });
    return fetching;
  };
  const current = async (): Promise<Credentials> => {
    if (held === undefined || clock.now() >= held.expires) held = await fetchOnce();
    return held.credentials;
  };
  return {
    current,
    async renew(refused) {
      // Somebody else was refused a moment earlier and has fetched new ones already.
      if (held?.credentials === refused) held = undefined;
      const fresh = await current();
      return fresh.authorization !== refused.authorization || fresh.certificate !== refused.certificate;
    },
  };
}
