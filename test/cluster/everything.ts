import type { Kubectl } from "./kubectl.ts";

/** Kinds that come and go by themselves: a comparison of before and after would be about them, not about us. */
const fleeting = new Set([
  "events",
  "events.events.k8s.io",
  "leases.coordination.k8s.io",
  "componentstatuses",
]);

/**
 * Every object of every kind that the cluster serves, by discovery and LIST with the real kubectl: `kind/name` with
 * its namespace. Throws when discovery or a LIST is incomplete, since nothing would then be proven.
 */
export async function everyObject(kubectl: Kubectl): Promise<ReadonlySet<string>> {
  const kinds = await lines(kubectl, ["api-resources", "--verbs=list", "-o", "name"]);
  const listed = kinds.filter((kind) => !fleeting.has(kind)).join(",");
  const columns =
    "custom-columns=K:.kind,V:.apiVersion,NS:.metadata.namespace,N:.metadata.name,U:.metadata.uid";
  return new Set(await lines(kubectl, ["get", listed, "-A", "--no-headers", "-o", columns]));
}

async function lines(kubectl: Kubectl, args: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await kubectl(args);
  if (code !== 0) throw new Error(`kubectl ${args[0]} could not see everything: ${stderr}`);
  return stdout.split("\n").filter((line) => line !== "");
}
