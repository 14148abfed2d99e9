import type { Verification, VerifiedCluster, VerifiedTenant } from "../checks/verify/verification.ts";
import type { Io } from "../io.ts";
import { printJson } from "../report/json.ts";
import { verifiedAsJunit } from "../report/verify-junit.ts";
import { verifiedAsMarkdown } from "../report/verify-markdown.ts";
import { verifiedAsSarif } from "../report/verify-sarif.ts";
import { detailsAsText } from "../report/verify-details.ts";
import { clusterAsText, tenantAsText, verifiedAsJson } from "../report/verify-text.ts";
import { version } from "../version.ts";

/** What `verify` prints. */
export type VerifyFormat = "text" | "json" | "junit" | "sarif" | "markdown";

/** Takes what was found as it comes. */
export interface VerificationPrinter {
  cluster(found: VerifiedCluster): Promise<void>;
  tenant(found: VerifiedTenant): Promise<void>;
  end(): Promise<void>;
}

/** Text is printed tenant by tenant, so that a thousand of them need no memory; every other format is one document. */
export function printVerification(
  { output: format, verbose }: { readonly output: VerifyFormat; readonly verbose: boolean },
  io: Io,
): VerificationPrinter {
  const out = async (text: string): Promise<void> => {
    io.idle();
    await io.out(text);
  };
  if (format === "text")
    return {
      cluster: (found) => out(clusterAsText(found, io.style)),
      tenant: (found) => out(tenantAsText(found, io.style) + (verbose ? detailsAsText(found) : "")),
      end: async () => undefined,
    };
  const seen: { cluster: VerifiedCluster; tenants: VerifiedTenant[] } = {
    cluster: { findings: [], wallWriters: [] },
    tenants: [],
  };
  return {
    cluster: async (found) => void (seen.cluster = found),
    tenant: async (found) => void seen.tenants.push(found),
    end: () => out(documents[format](seen)),
  };
}

const documents = {
  json: (seen) => printJson(verifiedAsJson(seen)),
  junit: verifiedAsJunit,
  sarif: (seen) => printJson(verifiedAsSarif(seen, version)),
  markdown: verifiedAsMarkdown,
} satisfies Record<Exclude<VerifyFormat, "text">, (seen: Verification) => string>;
