import { ENFORCEMENT_LABEL, GuardParameter, TENANT_KEY } from "../../manifests/names.ts";
import type { KubernetesObject } from "../../manifests/object.ts";
import { powerOf } from "../../tenant/labels.ts";
import type { Reach } from "../boundary.ts";
import { type Effect, reachOfGrants, worse } from "../reach.ts";
import { podSecurityLabel, podSecurityModes, podSecurityStrictness } from "./pod-security.ts";

/**
 * A namespace more is more room, one less is less. Of the labels, Pod Security counts by its order and the tenant label
 * whole; of the annotations, the guards' parameters by the sets that they allow. Other changes are neutral, unless the
 * label is known to decide about rights, admission or an identity.
 */
export const namespaceReach: Reach = (before, after) => {
  if (before === undefined) return after === undefined ? "neutral" : "widens";
  if (after === undefined) return "narrows";
  return [...labelEffects(before, after), ...parameterEffects(before, after)].reduce(worse, "neutral");
};

function labelEffects(before: KubernetesObject, after: KubernetesObject): Effect[] {
  const [was, is] = [before.metadata.labels ?? {}, after.metadata.labels ?? {}];
  const levels = new Set(podSecurityModes.map(podSecurityLabel));
  const enforce = compareLevels(was[podSecurityLabel("enforce")], is[podSecurityLabel("enforce")]);
  const reporting = new Set(
    ["audit", "warn"].flatMap((mode) => [
      `pod-security.kubernetes.io/${mode}`,
      `pod-security.kubernetes.io/${mode}-version`,
    ]),
  );
  const changed = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (key) => was[key] !== is[key],
  );
  const others = changed
    .filter((key) => !levels.has(key) && !reporting.has(key) && powerOf(key) !== undefined)
    .map((key): Effect => {
      if (key === ENFORCEMENT_LABEL) return is[key] === "Deny" ? "narrows" : "widens";
      return key === TENANT_KEY && was[key] === undefined ? "narrows" : "widens";
    });
  return [enforce, ...others];
}

function compareLevels(was: string | undefined, is: string | undefined): Effect {
  const difference = podSecurityStrictness(is) - podSecurityStrictness(was);
  return difference < 0 ? "widens" : difference > 0 ? "narrows" : "neutral";
}

type Parameter = keyof typeof GuardParameter;

/** How a parameter's text is split, and the text that allows anything, where there is one. */
const parameters: Readonly<Record<Parameter, { readonly separator: string; readonly anything?: "" | "*" }>> =
  {
    nodeSelector: { separator: ";", anything: "" },
    tolerations: { separator: "," },
    imageRegistries: { separator: ",", anything: "" },
    runtimeClassName: { separator: "," },
    priorityClassNames: { separator: "," },
    csiDrivers: { separator: "," },
    storageClassNames: { separator: "," },
    tokenAudiences: { separator: "," },
    imagePullPolicy: { separator: ",", anything: "" },
    extendedResources: { separator: ",", anything: "*" },
  };

function parameterEffects(before: KubernetesObject, after: KubernetesObject): Effect[] {
  return (Object.keys(parameters) as Parameter[]).map((name) => {
    const { separator, anything } = parameters[name];
    const was = before.metadata.annotations?.[GuardParameter[name]] ?? "";
    const is = after.metadata.annotations?.[GuardParameter[name]] ?? "";
    if (was === is) return "neutral";
    // A tenant without its sandbox runs on the node's own kernel, and one with another sandbox in an unknown one.
    if (name === "runtimeClassName") return was === "" ? "narrows" : "widens";
    if (was === anything || is === anything) return was === anything ? "narrows" : "widens";
    return reachOfGrants(split(was, separator), split(is, separator));
  });
}

function split(text: string, separator: string): string[] {
  return text.split(separator).filter((each) => each !== "");
}
