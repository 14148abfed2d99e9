import type { Json, JsonMap } from "./object.ts";
import { parseQuantity, printQuantity } from "./quantity.ts";

/** Writes out what the server would add to an object of one kind. */
export type CanonicalRule = (object: JsonMap) => JsonMap;

const RBAC = "rbac.authorization.k8s.io";
const ADMISSION = "admissionregistration.k8s.io";

/** By `group/Kind` (kubernetes: pkg/apis/{core,networking,rbac,admissionregistration}/v1/defaults.go). */
export const canonicalRules: Readonly<Record<string, CanonicalRule>> = {
  "/ResourceQuota": (object) => inSpec(object, (spec) => on(spec, "hard", quantities)),
  "/LimitRange": (object) => inSpec(object, (spec) => on(spec, "limits", eachMap(limits))),
  "networking.k8s.io/NetworkPolicy": (object) => inSpec(object, networkPolicy),
  [`${RBAC}/RoleBinding`]: binding,
  [`${RBAC}/ClusterRoleBinding`]: binding,
  [`${ADMISSION}/ValidatingAdmissionPolicy`]: (object) => inSpec(object, admissionPolicy),
  [`${ADMISSION}/MutatingAdmissionPolicy`]: (object) => inSpec(object, admissionPolicy),
  [`${ADMISSION}/ValidatingAdmissionPolicyBinding`]: (object) => inSpec(object, admissionBinding),
  [`${ADMISSION}/MutatingAdmissionPolicyBinding`]: (object) => inSpec(object, admissionBinding),
};

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Changes one field where it is there; leaves what has another type for the server to refuse. */
function on(map: JsonMap, key: string, change: (value: Json) => Json): JsonMap {
  const value = map[key];
  return value === undefined ? map : { ...map, [key]: change(value) };
}

function inSpec(object: JsonMap, change: (spec: JsonMap) => JsonMap): JsonMap {
  return on(object, "spec", (spec) => (isMap(spec) ? change(spec) : spec));
}

function eachMap(change: (item: JsonMap) => JsonMap): (value: Json) => Json {
  return (value) =>
    Array.isArray(value) ? value.map((item: Json) => (isMap(item) ? change(item) : item)) : value;
}

function quantities(value: Json): Json {
  if (!isMap(value)) return value;
  const amounts = known.get(value) ?? canonicalQuantities(value);
  known.set(value, amounts);
  return amounts;
}

// Not state: a pure function of maps that never change: namespaces of one size share theirs.
const known = new WeakMap<JsonMap, JsonMap>();

function canonicalQuantities(amounts: JsonMap): JsonMap {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, quantity(amount)]));
}

/** Plain numbers below a thousand, which are most, are canonical as they are. */
const SMALL = /^(?:0|[1-9]\d{0,2})$/;

/** The server stores quantities as texts, in their canonical spelling; it also refuses what is none. */
function quantity(amount: Json): Json {
  if (typeof amount !== "string" && typeof amount !== "number") return amount;
  const text = String(amount);
  if (SMALL.test(text)) return text;
  const parsed = parseQuantity(text);
  return parsed === undefined ? amount : printQuantity(parsed);
}

/** `default` falls back to `max`, `defaultRequest` to `default` and then to `min` (core/v1/defaults.go, SetDefaults_LimitRangeItem). */
function limits(item: JsonMap): JsonMap {
  const exact: JsonMap = Object.fromEntries(
    Object.entries(item).map(([key, value]) => [key, key === "type" ? value : quantities(value)]),
  );
  if (exact["type"] !== "Container") return exact;
  const standard = over(exact["max"], exact["default"]);
  const request = over(over(exact["min"], standard), exact["defaultRequest"]);
  return { ...exact, ...named("default", standard), ...named("defaultRequest", request) };
}

function over(below: Json | undefined, above: Json | undefined): JsonMap {
  return { ...(isMap(below) ? below : {}), ...(isMap(above) ? above : {}) };
}

function named(key: string, map: JsonMap): JsonMap {
  return Object.keys(map).length === 0 ? {} : { [key]: map };
}

/** Empty `ingress` and `egress` lists mean the same as none, and ports default to TCP. */
function networkPolicy(spec: JsonMap): JsonMap {
  const kept = Object.entries(spec).filter(
    ([key, value]) => !((key === "ingress" || key === "egress") && isEmptyList(value)),
  );
  const rule = (item: JsonMap): JsonMap =>
    on(
      item,
      "ports",
      eachMap((port) => ({ protocol: "TCP", ...port })),
    );
  return on(on(Object.fromEntries(kept), "ingress", eachMap(rule)), "egress", eachMap(rule));
}

function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}

function binding(object: JsonMap): JsonMap {
  const subject = (item: JsonMap): JsonMap =>
    item["kind"] === "ServiceAccount" ? item : { apiGroup: RBAC, ...item };
  const roleRef = (value: Json): Json => (isMap(value) ? { apiGroup: RBAC, ...value } : value);
  return on(on(object, "subjects", eachMap(subject)), "roleRef", roleRef);
}

function admissionPolicy(spec: JsonMap): JsonMap {
  const rule = (item: JsonMap): JsonMap => ({ scope: "*", ...item });
  const constraints = (value: Json): Json =>
    isMap(value)
      ? on(
          on(
            { matchPolicy: "Equivalent", namespaceSelector: {}, objectSelector: {}, ...value },
            "resourceRules",
            eachMap(rule),
          ),
          "excludeResourceRules",
          eachMap(rule),
        )
      : value;
  return on({ failurePolicy: "Fail", ...spec }, "matchConstraints", constraints);
}

/** A binding with `matchResources` gets the same defaults as a policy's constraints. */
function admissionBinding(spec: JsonMap): JsonMap {
  const resources = (value: Json): Json =>
    isMap(value) ? { matchPolicy: "Equivalent", namespaceSelector: {}, objectSelector: {}, ...value } : value;
  return on(spec, "matchResources", resources);
}
