import { type Atom, covers, describeAtom, expand } from "../../../src/boundaries/access/atoms.ts";
import { baseOf, deriveRole } from "../../../src/boundaries/access/derive.ts";
import type { ApiRequest, Cluster } from "../../../src/cluster/cluster.ts";
import type { Facts } from "../../../src/facts/facts.ts";
import type { TenantRole } from "../../../src/tenant/tenant.ts";
import { TARGET } from "../grounds.ts";
import { openStream } from "../raw.ts";
import { ifAuthorized, type Person, type Place, type Reply, send } from "../row.ts";

/** A right that `admin` gives and a role of a tenant does not, as a request that needs it and nothing else. */
export interface WithheldRight {
  /** `create events.events.k8s.io` */
  readonly what: string;
  readonly atom: Atom;
  readonly attack: (place: Place, person: Person) => Promise<Reply>;
}

/**
 * Every right of the cluster's `admin` that this role lacks and that a request can ask for. Wildcards that third parties
 * bring along are left to the rows of those.
 */
export async function withheldRights(
  admin: Cluster,
  facts: Facts,
  role: TenantRole,
): Promise<readonly WithheldRight[]> {
  const { rules } = deriveRole(role, facts.baseRoles[baseOf[role]]);
  const versions = await servedVersions(admin);
  return expand(facts.baseRoles.admin)
    .filter((atom) => !covers(rules, atom) && canBeAsked(atom))
    .map((atom) => ({
      what: describeAtom(atom),
      atom,
      attack: async (place, person) =>
        ifAuthorized(await askFor(atom, versions.get(atom.group) ?? "v1", place, person)),
    }));
}

/** On a subresource there is nothing to list, and nothing is deleted by collection: those rights are dead. */
function canBeAsked({ group, resource, verb, name }: Atom): boolean {
  if (name !== undefined || [group, resource, verb].some((part) => part.includes("*"))) return false;
  if (!verbs.has(verb)) return false;
  return !(resource.includes("/") && ["list", "watch", "deletecollection"].includes(verb));
}

async function servedVersions(admin: Cluster): Promise<ReadonlyMap<string, string>> {
  const { body } = await admin.send({ method: "GET", path: "/apis" });
  const { groups } = body as { groups: { name: string; preferredVersion: { version: string } }[] };
  return new Map(groups.map(({ name, preferredVersion }) => [name, preferredVersion.version]));
}

const verbs = new Set("get list watch create update patch delete deletecollection impersonate".split(" "));

const methods = { get: "GET", update: "PUT", patch: "PATCH", delete: "DELETE" } as const;

/** The request whose verb and resource these are (kubernetes: apiserver/pkg/endpoints/request/requestinfo.go). */
function askFor(
  { group, resource, verb }: Atom,
  version: string,
  { scope }: Place,
  person: Person,
): Promise<Reply> {
  const [plural = "", subresource] = resource.split("/");
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const all = `${root}/namespaces/${scope.namespace.name}/${plural}`;
  const one = `${all}/${TARGET}${subresource === undefined ? "" : `/${subresource}`}`;
  const query = { dryRun: "All" };
  if (verb === "impersonate") return send(person, impersonating(scope.namespace.name));
  if (verb === "watch") return openStream(person, `${all}?watch=true&timeoutSeconds=5`);
  if (verb === "list") return send(person, { method: "GET", path: all, query: { limit: "1" } });
  if (verb === "deletecollection") return send(person, { method: "DELETE", path: all, query });
  const path = subresource === undefined ? all : one;
  if (verb === "create") return send(person, { method: "POST", path, query, body: {} });
  const method = methods[verb as keyof typeof methods];
  if (method === "GET" || method === "DELETE")
    return send(person, { method, path: one, ...(method === "GET" ? {} : { query }) });
  const contentType = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  return send(person, { method, path: one, query, contentType, body: {} });
}

function impersonating(namespace: string): ApiRequest {
  return {
    method: "POST",
    path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
    impersonate: { user: `system:serviceaccount:${namespace}:default`, groups: [] },
  };
}
