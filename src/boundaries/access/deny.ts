import type { Atom } from "./atoms.ts";

/** What no tenant may ever be granted, whatever the allow-list or a template says. Returns the reason, or undefined. */
export function deniedBecause(atom: Atom): string | undefined {
  return deniedVerb(atom.verb) ?? deniedWildcard(atom) ?? deniedAlways(atom) ?? deniedWrite(atom);
}

const ordinaryVerbs = new Set(["get", "list", "watch", "create", "update", "patch", "delete"]);
const readVerbs = new Set(["get", "list", "watch"]);

function deniedVerb(verb: string): string | undefined {
  if (verb === "*") return "every verb includes escalate, bind, impersonate and whatever is invented later";
  if (verb === "escalate" || verb === "bind") return "grants rights that its holder does not have";
  // By prefix: KEP-5284 adds impersonate:user-info, impersonate-on:serviceaccount:get and more.
  if (verb.startsWith("impersonate")) return "acts as somebody else";
  if (verb === "deletecollection")
    return "kubectl delete --all lists and deletes one by one, which the audit log shows";
  return ordinaryVerbs.has(verb) ? undefined : "not a verb that working with objects needs";
}

function deniedWildcard({ group, resource }: Atom): string | undefined {
  const wild = group.includes("*") || resource.includes("*");
  return wild ? "a wildcard takes in what is installed tomorrow" : undefined;
}

function deniedAlways({ group, resource }: Atom): string | undefined {
  return always[`${group}/${resource}`] ?? always[`${group}/*`];
}

function deniedWrite({ group, resource, verb }: Atom): string | undefined {
  if (readVerbs.has(verb)) return undefined;
  const ofSubresource = /\/(status|finalize)$/.test(resource)
    ? "belongs to Kubernetes' controllers"
    : undefined;
  return writes[`${group}/${resource}`] ?? writes[`${group}/*`] ?? ofSubresource;
}

const viaApiServer = "traffic leaves from the API server's address and passes every NetworkPolicy";
const clusterWide = "belongs to the whole cluster";
const wall = "is a wall of the tenant";

/** `group/resource`, or `group/*` for a whole group: no verb at all. */
const always: Readonly<Record<string, string>> = {
  "/pods/proxy": viaApiServer,
  "/services/proxy": viaApiServer,
  "/nodes/proxy": viaApiServer,
  "/serviceaccounts/token": "mints long-lived tokens for audiences of one's choice",
  "/pods/ephemeralcontainers": "adds containers to running pods",
  "/pods/binding": "chooses the node past the scheduler",
  "/bindings": "chooses the node past the scheduler; nothing but create exists on it",
  "/users": "exists for impersonation only",
  "/groups": "exists for impersonation only",
  "extensions/*": "no longer served; an API installed under this name would inherit it",
  "authorization.k8s.io/*": "asks what other users may do",
  "authentication.k8s.io/*": "reviews other users' credentials",
  "certificates.k8s.io/*": "signs identities",
};

/** `group/resource`, or `group/*` for a whole group: reading at most. */
const writes: Readonly<Record<string, string>> = {
  "/namespaces": "new labels on the namespace switch its walls off",
  "/resourcequotas": wall,
  "/limitranges": wall,
  "/nodes": clusterWide,
  "/persistentvolumes": clusterWide,
  "/podtemplates": "not needed",
  "/endpoints": "sends other people's traffic elsewhere (CVE-2021-25740)",
  "/events": "no quota counts events, and forged ones mislead",
  "events.k8s.io/events": "no quota counts events, and forged ones mislead",
  "discovery.k8s.io/*": "sends other people's traffic elsewhere (CVE-2021-25740)",
  "networking.k8s.io/networkpolicies": "policies add up: one that allows everything undoes the default-deny",
  "networking.k8s.io/ingressclasses": clusterWide,
  "policy.networking.k8s.io/*": clusterWide,
  "rbac.authorization.k8s.io/*": "shares the tenant's objects with others, and outlives the tenant's people",
  "admissionregistration.k8s.io/*": clusterWide,
  "apiextensions.k8s.io/*": clusterWide,
  "apiregistration.k8s.io/*": clusterWide,
  "flowcontrol.apiserver.k8s.io/*": clusterWide,
  "node.k8s.io/*": clusterWide,
  "storage.k8s.io/*": clusterWide,
  "scheduling.k8s.io/priorityclasses": clusterWide,
};
