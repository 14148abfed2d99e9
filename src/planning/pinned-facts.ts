import { ExitCode, ExpectedError } from "../errors.ts";
import type { Facts } from "../facts/facts.ts";

/** The built-in rules of `1.34`, or of the newest minor that is known. Throws (exit code 2). */
export async function pinnedFactsOf(minor: string | undefined): Promise<Facts> {
  const { newestPinnedMinor, pinnedFacts } = await import("../facts/pinned.ts");
  if (minor === undefined) return pinnedFacts(newestPinnedMinor);
  const match = /^v?1\.(\d{1,3})(\.\d+)?$/.exec(minor);
  if (match === null)
    throw new ExpectedError(ExitCode.usage, `--kubernetes ${minor} is not a Kubernetes version`, {
      hint: "write it like 1.34",
    });
  return pinnedFacts(Number(match[1]));
}
