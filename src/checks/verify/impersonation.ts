import { type AccessCheck, preflight } from "../../cluster/access-review.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import type { Identity } from "../../execute/send-attack.ts";

/** May we act as these? Throws an ExpectedError (exit code 3) that names every right that is missing. */
export async function mayImpersonate(cluster: Cluster, identities: readonly Identity[]): Promise<void> {
  await preflight(cluster, identities.flatMap(rightsFor), "mtenant role operator --verify");
}

/** kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/filters/impersonation. */
function rightsFor({ user, groups }: Identity): AccessCheck[] {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):(.+)$/.exec(user) ?? [];
  const ofUser: AccessCheck =
    namespace === undefined || name === undefined
      ? { verb: "impersonate", group: "", resource: "users", name: user }
      : { verb: "impersonate", group: "", resource: "serviceaccounts", namespace, name };
  return [
    ofUser,
    ...groups.map((each) => ({ verb: "impersonate", group: "", resource: "groups", name: each })),
  ];
}
