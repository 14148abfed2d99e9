import { baseOf } from "../boundaries/access/derive.ts";
import { explainRole } from "../boundaries/access/explain.ts";
import { ExitCode } from "../errors.ts";
import type { Io } from "../io.ts";
import { explanationAsText } from "../report/role-text.ts";
import type { TenantRole } from "../tenant/tenant.ts";
import type { ConnectionFlags } from "./flags.ts";
import { pinnedFactsOf } from "./pinned-facts.ts";
import { openCluster } from "./session.ts";

/** The flags of `role explain`. */
export interface RoleExplainFlags extends ConnectionFlags {
  readonly role: TenantRole;
  readonly kubernetes?: string;
  readonly output: "text" | "json";
}

/** `mtenant role explain`: every triple of the base ClusterRole, kept or dropped, and why. */
export async function roleExplain(
  _name: string | undefined,
  flags: RoleExplainFlags,
  io: Io,
): Promise<number> {
  const explanation =
    flags.kubernetes === undefined ? await explainLive(flags, io) : await explainPinned(flags);
  await io.out(
    flags.output === "json"
      ? `${JSON.stringify(explanation, null, 2)}\n`
      : explanationAsText(explanation, io.style),
  );
  return ExitCode.done;
}

async function explainPinned({ role, kubernetes }: RoleExplainFlags) {
  const facts = await pinnedFactsOf(kubernetes);
  return explainRole(facts.baseRoles[baseOf[role]], role);
}

async function explainLive(flags: RoleExplainFlags, io: Io) {
  const [{ listObjects }, { aggregate, ruleOrigins }, { explainError }] = await Promise.all([
    import("../cluster/list-objects.ts"),
    import("../facts/aggregate.ts"),
    import("../cluster/explain-error.ts"),
  ]);
  const cluster = await openCluster(flags, io);
  const kind = { group: "rbac.authorization.k8s.io", kind: "ClusterRole" };
  const roles = await listObjects(cluster, kind).catch((error: unknown) => {
    throw explainError(error, cluster, "list the ClusterRoles");
  });
  const base = baseOf[flags.role];
  return explainRole(aggregate(roles, base), flags.role, ruleOrigins(roles, base));
}
