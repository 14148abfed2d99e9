import type { Clock } from "../clock.ts";
import { readMaterial } from "../kubeconfig/material.ts";
import { ExitCode, ExpectedError } from "../../errors.ts";
import type { ClientCertificate, CredentialSource } from "./credentials.ts";
import { fetchedCredentials } from "./credentials.ts";

/** A kubelet renews the token in the file long before it expires (kubernetes: client-go/transport/token_source.go). */
const REREAD_MS = 60_000;

/** A token that somebody else keeps fresh in a file. */
export function tokenFileCredentials(
  file: string,
  certificate: ClientCertificate | undefined,
  clock: Clock,
): CredentialSource {
  return fetchedCredentials(async () => {
    const token = (await readMaterial({ file }, "token file")).toString("utf8").trim();
    if (token === "") throw new ExpectedError(ExitCode.usage, `the token file ${file} is empty`);
    return {
      credentials: { authorization: `Bearer ${token}`, certificate },
      expires: clock.now() + REREAD_MS,
    };
  }, clock);
}
