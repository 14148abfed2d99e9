import { ExitCode, ExpectedError, type Problem } from "../errors.ts";
import type { StoredRecord } from "../execute/records.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** The namespaces and nodes of one tenant that no other may have. */
interface Reserved {
  readonly name: string;
  readonly names: ReadonlySet<string>;
  readonly nodes: ReadonlySet<string>;
}

/** Refuses (exit code 4) tenants that want a namespace or a node which the record of another tenant holds or reserves. */
export function refuseTaken(tenants: readonly Tenant[], records: Iterable<StoredRecord>): void {
  const recorded = [...records].flatMap(reservedByRecord);
  const problems = tenants.flatMap((tenant) =>
    recorded.filter(({ name }) => name !== tenant.name).flatMap((other) => clashes(tenant, other)),
  );
  if (problems.length === 0) return;
  throw new ExpectedError(ExitCode.refused, "another tenant has them already; nothing was changed", {
    problems,
  });
}

function reservedByRecord({ record }: StoredRecord): Reserved[] {
  if (record.owner.kind === "cluster") return [];
  const { name } = record.owner;
  const held = (kind: string): string[] =>
    record.entries.filter(({ id }) => id.kind === kind && id.group === "").map(({ id }) => id.name);
  return [
    {
      name,
      names: new Set([name, `${name}-control-plane`, ...held("Namespace")]),
      nodes: new Set(held("Node")),
    },
  ];
}

function clashes(tenant: Tenant, other: Reserved): Problem[] {
  const namespaces = tenant.namespaces.map(({ name }) => name);
  const reserved = [tenant.name, `${tenant.name}-control-plane`, ...namespaces];
  const nodes = tenant.nodes.pools.flatMap((pool) => pool.nodeNames ?? []);
  return [
    ...[...new Set(reserved)].filter((name) => other.names.has(name)).map((name) => `the namespace ${name}`),
    ...nodes.filter((node) => other.nodes.has(node)).map((node) => `the node ${node}`),
  ].map((what) => ({
    where: `tenant ${tenant.name}`,
    message: `${what} is held or reserved by tenant ${other.name}`,
  }));
}
