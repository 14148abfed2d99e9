import { ExitCode, ExpectedError } from "../../errors.ts";
import type { ConnectionOptions } from "../connection-options.ts";
import type { UserEntry } from "../kubeconfig/kubeconfig.ts";

/** Whom to act as (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation). */
export interface Impersonation {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid?: string | undefined;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Header names and values; a list means the header is sent once for each. */
export type HeaderFields = Readonly<Record<string, string | readonly string[]>>;

/** Whom all requests act as: --as and --as-group, else what the kubeconfig says. Throws ExpectedError (exit code 2). */
export function impersonationOf(user: UserEntry, options: ConnectionOptions): Impersonation | undefined {
  const groups = options.asGroups ?? [];
  if (options.as !== undefined && options.as !== "") return { user: options.as, groups };
  if (groups.length > 0 && user.as === undefined) {
    throw new ExpectedError(
      ExitCode.usage,
      "--as-group needs --as: the server refuses groups without a user",
    );
  }
  if (user.as === undefined) return undefined;
  return {
    user: user.as,
    groups: groups.length > 0 ? groups : user.asGroups,
    uid: user.asUid,
    extra: user.asExtra,
  };
}

/** One header line for each group: a joined list would be read as one group of that odd name. */
export function impersonationHeaders(as: Impersonation | undefined): HeaderFields {
  if (as === undefined) return {};
  const extra = Object.entries(as.extra ?? {}).map(
    ([key, values]) =>
      [`impersonate-extra-${encodeURIComponent(key).toLowerCase()}`, values.map(headerText)] as const,
  );
  return {
    "impersonate-user": headerText(as.user),
    ...(as.groups.length > 0 ? { "impersonate-group": as.groups.map(headerText) } : {}),
    ...(as.uid === undefined ? {} : { "impersonate-uid": headerText(as.uid) }),
    ...Object.fromEntries(extra),
  };
}

/** A header carries bytes; Kubernetes reads them as UTF-8. Node takes one character for one byte. */
function headerText(value: string): string {
  // oxlint-disable-next-line no-control-regex
  if (value === "" || /[\u0000-\u001f\u007f]/.test(value)) {
    throw new ExpectedError(
      ExitCode.usage,
      "the user or group to act as is empty or has a control character in it",
    );
  }
  return Buffer.from(value, "utf8").toString("latin1");
}
