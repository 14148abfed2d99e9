import { foreignKinds } from "../third-parties.ts";
import type { AttackRow } from "../row.ts";
import { forbidden, trying } from "./requests.ts";

/** What others' controllers would do for a tenant, if their ClusterRoles came through into its Role. */
export const thirdPartyRows: readonly AttackRow[] = foreignKinds.map(
  ({ id, title, group, version, kind, plural }) =>
    forbidden(
      id,
      title,
      trying(({ scope }) => ({
        method: "POST",
        path: `/apis/${group}/${version}/namespaces/${scope.namespace.name}/${plural}`,
        query: { dryRun: "All" },
        body: { apiVersion: `${group}/${version}`, kind, metadata: { name: "mtenant-attack" }, spec: {} },
      })),
    ),
);
