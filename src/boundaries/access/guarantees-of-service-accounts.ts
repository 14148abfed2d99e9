import type { Manifest } from "../../manifests/manifest.ts";
import { isCloudIdentity } from "../../manifests/names.ts";
import { describeId, idOf } from "../../manifests/object.ts";
import type { Guarantee, RenderedSet, Violation } from "../boundary.ts";

/** What must hold of the ServiceAccounts in a tenant's set. */
export const serviceAccountGuarantees: readonly Guarantee[] = [
  tokenIsNotMounted,
  noOtherAccount,
  noCloudIdentity,
];

const TEMPLATE = "access/default-service-account.yaml";

function tokenIsNotMounted({ manifests, tenant }: RenderedSet): Violation[] {
  return (tenant?.namespaces ?? []).flatMap(({ name }) => {
    const own = manifests.filter(
      (manifest) => isDefault(manifest) && manifest.object.metadata.namespace === name,
    );
    const held =
      own.length > 0 &&
      own.every(
        ({ object, form }) => form === "amendment" && object["automountServiceAccountToken"] === false,
      );
    return held ? [] : [tokenMounted(name, own[0]?.template ?? TEMPLATE)];
  });
}

function tokenMounted(namespace: string, template: string): Violation {
  return {
    rule: "The default ServiceAccount of a tenant's namespace does not mount its token.",
    template,
    message: `ServiceAccount ${namespace}/default must be amended with automountServiceAccountToken: false.`,
    remedy: "Take the packaged template as the start.",
  };
}

/** An account of ours in a tenant's namespace would be one whose token the tenant can have. */
function noOtherAccount({ manifests, tenant }: RenderedSet): Violation[] {
  if (tenant === undefined) return [];
  return manifests
    .filter((manifest) => isAccount(manifest) && !isDefault(manifest))
    .map(({ template, object }) => ({
      rule: "mtenant puts no ServiceAccount of its own into a tenant's namespace.",
      template,
      message: `${describeId(idOf(object))} could be used by every pod of the tenant.`,
      remedy: "Remove it from the template.",
    }));
}

function noCloudIdentity({ manifests, tenant }: RenderedSet): Violation[] {
  if (tenant === undefined) return [];
  return manifests.filter(isAccount).flatMap(({ template, object }) => {
    const { annotations = {}, labels = {} } = object.metadata;
    const keys = [...Object.keys(annotations), ...Object.keys(labels)].filter(isCloudIdentity);
    return keys.map((key) => ({
      rule: "No ServiceAccount of a tenant is given an identity in a cloud.",
      template,
      message: `${describeId(idOf(object))} has ${key}.`,
      remedy: "Remove it from the template.",
    }));
  });
}

function isAccount({ object }: Manifest): boolean {
  const { group, kind } = idOf(object);
  return group === "" && kind === "ServiceAccount";
}

function isDefault(manifest: Manifest): boolean {
  return isAccount(manifest) && manifest.object.metadata.name === "default";
}
