import { createSecureContext } from "node:tls";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { Credentials } from "./identity/credentials.ts";
import { readMaterial } from "./kubeconfig/material.ts";
import type { Selection } from "./kubeconfig/select.ts";
import type { TlsSettings } from "./transport/socket.ts";

/**
 * How to recognise the server of a selection, and the certificate that we show it.
 * Throws ExpectedError (exit code 2) when certificate, key or authority cannot be used.
 */
export async function tlsSettings(
  selection: Selection,
  credentials: Credentials,
  protocols: readonly string[],
): Promise<TlsSettings> {
  const { certificateAuthority, insecureSkipTlsVerify } = selection.cluster;
  const ca = certificateAuthority && (await readMaterial(certificateAuthority, "certificate authority"));
  const { cert, key } = credentials.certificate ?? {};
  const context = usable(selection, () =>
    createSecureContext({
      ...(ca ? { ca } : {}),
      ...(cert && key ? { cert, key } : {}),
      minVersion: "TLSv1.2",
    }),
  );
  return { context, verify: !insecureSkipTlsVerify, protocols };
}

function usable<T>(selection: Selection, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const { userName, clusterName } = selection;
    const mismatch = code === "ERR_OSSL_X509_KEY_VALUES_MISMATCH";
    const message = mismatch
      ? `the client-key of user "${userName}" does not belong to its client-certificate`
      : `the certificates of user "${userName}" and cluster "${clusterName}" cannot be read (${code ?? "not PEM"})`;
    throw new ExpectedError(ExitCode.usage, message);
  }
}
