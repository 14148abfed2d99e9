import { isCloudIdentity } from "../../manifests/names.ts";
import type { KubernetesObject } from "../../manifests/object.ts";
import type { Reach } from "../boundary.ts";
import { type Effect, reachOfGrants, worse } from "../reach.ts";
import { sameOutside } from "./unknown-fields.ts";

type ServiceAccount = KubernetesObject | undefined;

/**
 * A change to a ServiceAccount: whether pods get its token without asking, which identity a cloud gives them, and with
 * whose credentials they pull images. Annotations that are not known count as an identity.
 */
export const serviceAccountReach: Reach = (before, after) => {
  if (!sameOutside(before, after, ["automountServiceAccountToken", "imagePullSecrets", "secrets"]))
    return "widens";
  const effects = [ofToken(before, after), ...ofNames(before, after), ofRestriction(before, after)];
  return effects.reduce(worse);
};

function ofToken(before: ServiceAccount, after: ServiceAccount): Effect {
  // Who may use an account that comes or goes is decided elsewhere; Kubernetes makes `default` again, with its token on.
  const [old, now] = [mountsToken(before ?? standIn(after)), mountsToken(after ?? standIn(before))];
  if (old === now) return "neutral";
  return now ? "widens" : "narrows";
}

/** What takes the place of an account that does not exist: for `default` Kubernetes' own, for any other nothing. */
function standIn(account: ServiceAccount): ServiceAccount {
  return account?.metadata.name === "default"
    ? { ...account, automountServiceAccountToken: true }
    : undefined;
}

function mountsToken(account: ServiceAccount): boolean {
  return account !== undefined && account["automountServiceAccountToken"] !== false;
}

function ofNames(before: ServiceAccount, after: ServiceAccount): Effect[] {
  return [identities, namesIn("imagePullSecrets"), namesIn("secrets")].map((read) =>
    reachOfGrants(read(before), read(after)),
  );
}

const MOUNTABLE_ONLY = "kubernetes.io/enforce-mountable-secrets";
const harmless = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  "kubernetes.io/description",
  MOUNTABLE_ONLY,
]);

/** Annotations that may be an identity, and labels that are. */
function identities(account: ServiceAccount): string[] {
  const { annotations = {}, labels = {} } = account?.metadata ?? {};
  const annotated = Object.entries(annotations).filter(([key]) => !harmless.has(key));
  const labelled = Object.entries(labels).filter(([key]) => isCloudIdentity(key));
  return [...annotated, ...labelled].map((entry) => JSON.stringify(entry));
}

function namesIn(field: "imagePullSecrets" | "secrets"): (account: ServiceAccount) => string[] {
  return (account) => {
    const list: unknown = account?.[field] ?? [];
    return Array.isArray(list) ? list.map((each) => JSON.stringify(each)) : [JSON.stringify(list)];
  };
}

/** Kubernetes: plugin/pkg/admission/serviceaccount. Pods may then mount only the Secrets that the account lists. */
function ofRestriction(before: ServiceAccount, after: ServiceAccount): Effect {
  if (before === undefined || after === undefined) return "neutral";
  const [old, now] = [before, after].map(
    (account) => account.metadata.annotations?.[MOUNTABLE_ONLY] === "true",
  );
  if (old === now) return "neutral";
  return now === true ? "narrows" : "widens";
}
