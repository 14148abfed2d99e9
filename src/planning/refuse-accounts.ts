import type { Cluster } from "../cluster/cluster.ts";
import { explainError } from "../cluster/explain-error.ts";
import { readMany } from "../cluster/read-object.ts";
import { ExitCode, ExpectedError, type Problem } from "../errors.ts";
import type { StoredRecord } from "../execute/records.ts";
import { TENANT_KEY } from "../manifests/names.ts";
import { keyOf, type KubernetesObject } from "../manifests/object.ts";
import type { Subject, Tenant } from "../tenant/tenant.ts";

/** A ServiceAccount with a role in a tenant. */
interface Account {
  readonly tenant: string;
  readonly name: string;
  readonly namespace: string;
  readonly role: string;
}

/**
 * Refuses (exit code 4) to give a role to a ServiceAccount of a namespace that does not exist, since whoever makes it
 * makes the account too, or of another tenant's; and to make a namespace from which another tenant's record expects an
 * account. Throws ExpectedError (exit code 3) when nobody can tell.
 */
export async function refuseStrangeAccounts(
  cluster: Cluster,
  tenants: readonly Tenant[],
  records: Iterable<StoredRecord>,
): Promise<void> {
  const all = [...records];
  const accounts = tenants.flatMap(({ name, subjects }) => accountsIn(name, subjects));
  const live = await readNamespaces(cluster, accounts);
  const owners = new Map(all.flatMap(namespacesOf));
  const problems = [
    ...accounts.flatMap((account) => strange(account, live, owners)),
    ...tenants.flatMap((tenant) => expectedFrom(tenant, all)),
  ];
  if (problems.length === 0) return;
  throw new ExpectedError(ExitCode.refused, "a ServiceAccount would open a tenant; nothing was changed", {
    problems,
    hint: "take the subject out of the spec of the tenant that it would open, or name an account of a namespace that exists and is no tenant's",
  });
}

function accountsIn(tenant: string, subjects: readonly Subject[]): Account[] {
  return subjects.flatMap(({ kind, name, namespace, role }) =>
    kind === "ServiceAccount" && namespace !== undefined ? [{ tenant, name, namespace, role }] : [],
  );
}

function namespaceId(name: string) {
  return { group: "", kind: "Namespace", namespace: "", name };
}

async function readNamespaces(
  cluster: Cluster,
  accounts: readonly Account[],
): Promise<ReadonlyMap<string, KubernetesObject | undefined>> {
  const names = [...new Set(accounts.map(({ namespace }) => namespace))];
  return readMany(cluster, names.map(namespaceId)).catch((error: unknown) => {
    throw explainError(error, cluster, "look at the namespaces of the ServiceAccounts that get a role");
  });
}

/** By name of the namespace, whose record lists it. */
function namespacesOf({ record: { owner, entries } }: StoredRecord): [string, string][] {
  if (owner.kind === "cluster") return [];
  return entries
    .filter(({ id }) => id.group === "" && id.kind === "Namespace")
    .map(({ id }) => [id.name, owner.name]);
}

function strange(
  { tenant, name, namespace, role }: Account,
  live: ReadonlyMap<string, KubernetesObject | undefined>,
  owners: ReadonlyMap<string, string>,
): Problem[] {
  const where = `tenant ${tenant}`;
  const who = `ServiceAccount ${namespace}/${name} is to be ${role}`;
  const found = live.get(keyOf(namespaceId(namespace)));
  const owner = owners.get(namespace) ?? found?.metadata.labels?.[TENANT_KEY] ?? "";
  if (owner !== "" && owner !== tenant)
    return [{ where, message: `${who}, and its namespace is tenant ${owner}'s` }];
  if (found !== undefined) return [];
  return [{ where, message: `${who}, and its namespace does not exist: whoever makes it gets in` }];
}

function expectedFrom(tenant: Tenant, records: readonly StoredRecord[]): Problem[] {
  const own = new Set(tenant.namespaces.map(({ name }) => name));
  return records.flatMap(({ record: { owner, spec } }) => {
    if (owner.kind === "cluster" || owner.name === tenant.name) return [];
    const { subjects = [] } = (spec?.["spec"] ?? {}) as { readonly subjects?: readonly Subject[] };
    return accountsIn(owner.name, subjects)
      .filter(({ namespace }) => own.has(namespace))
      .map(({ name, namespace, role }) => ({
        where: `tenant ${tenant.name}`,
        message: `its people could be ${role} of tenant ${owner.name}, whose spec names ServiceAccount ${namespace}/${name}`,
      }));
  });
}
