import { baseOf } from "../boundaries/access/derive.ts";
import { explainRole, type RoleExplanation } from "../boundaries/access/explain.ts";
import { ExitCode } from "../errors.ts";
import type { Io } from "../io.ts";
import { printJson } from "../report/json.ts";
import { type ExplainedSource, explanationAsJson, explanationAsText } from "../report/role-text.ts";
import type { TenantRole } from "../tenant/tenant.ts";
import type { ConnectionFlags } from "./flags.ts";
import { pinnedFactsOf } from "../planning/pinned-facts.ts";
import { openCluster } from "./open-session.ts";

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
  const { explanation, source } =
    flags.kubernetes === undefined ? await explainLive(flags, io) : await explainPinned(flags);
  io.idle();
  await io.out(
    flags.output === "json"
      ? printJson(explanationAsJson(explanation, source))
      : explanationAsText(explanation, source, io.style),
  );
  return ExitCode.done;
}

interface Explained {
  readonly explanation: RoleExplanation;
  readonly source: ExplainedSource;
}

async function explainPinned({ role, kubernetes }: RoleExplainFlags): Promise<Explained> {
  const facts = await pinnedFactsOf(kubernetes);
  const explanation = explainRole(facts.baseRoles[baseOf[role]], role);
  return { explanation, source: { kubernetes: `1.${facts.minor}` } };
}

async function explainLive(flags: RoleExplainFlags, io: Io): Promise<Explained> {
  const [{ listObjects }, { serverVersion }, { aggregate, ruleOrigins }, { explainError }] =
    await Promise.all([
      import("../cluster/list-objects.ts"),
      import("../cluster/server-version.ts"),
      import("../facts/aggregate.ts"),
      import("../cluster/explain-error.ts"),
    ]);
  const cluster = await openCluster(flags, io);
  const kind = { group: "rbac.authorization.k8s.io", kind: "ClusterRole" };
  const read = Promise.all([listObjects(cluster, kind), serverVersion(cluster)]);
  const [roles, { minor }] = await read.catch((error: unknown) => {
    throw explainError(error, cluster, "list the ClusterRoles");
  });
  const base = baseOf[flags.role];
  const explanation = explainRole(aggregate(roles, base), flags.role, ruleOrigins(roles, base));
  const { context, server } = cluster;
  return { explanation, source: { kubernetes: `1.${minor}`, context, server } };
}
