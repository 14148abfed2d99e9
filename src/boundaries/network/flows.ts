import type { Json, JsonMap, KubernetesObject } from "../../manifests/object.ts";
import { contains, overlaps, parseNetwork } from "../../facts/cidr.ts";
import { isMap, selectsAll } from "./selector.ts";

/** The smallest thing that a NetworkPolicy allows: some pods of its namespace, one peer, one port. */
export interface Flow {
  readonly direction: "ingress" | "egress";
  readonly pods: Json;
  /** A NetworkPolicyPeer; `"anybody"` where a rule names none. */
  readonly peer: JsonMap | "anybody";
  /** A NetworkPolicyPort; `"any"` where a rule names none. */
  readonly port: JsonMap | "any";
}

/** What a policy allows, whether or not others allow it too. */
export function flowsOf(policy: KubernetesObject): Flow[] {
  const spec = policy["spec"];
  if (!isMap(spec)) return [];
  const pods = spec["podSelector"] ?? {};
  return [...flowsOfRules("ingress", pods, spec["ingress"]), ...flowsOfRules("egress", pods, spec["egress"])];
}

/** What NetworkPolicy rules of one direction allow to the pods of a selector. */
export function flowsOfRules(direction: Flow["direction"], pods: Json, rules: Json | undefined): Flow[] {
  return maps(rules).flatMap((rule) => {
    const peers = maps(rule[direction === "ingress" ? "from" : "to"]);
    const ports = maps(rule["ports"]);
    return (peers.length === 0 ? (["anybody"] as const) : peers).flatMap((peer) =>
      (ports.length === 0 ? (["any"] as const) : ports).map(
        (port): Flow => ({ direction, pods, peer, port }),
      ),
    );
  });
}

function maps(list: Json | undefined): JsonMap[] {
  return Array.isArray(list) ? list.map((item: Json) => (isMap(item) ? item : {})) : [];
}

/** Whether everything that `narrow` allows is allowed by `wide`. `false` where that cannot be shown. */
export function allowsAll(wide: Flow, narrow: Flow): boolean {
  return (
    wide.direction === narrow.direction &&
    selectsAll(wide.pods, narrow.pods) &&
    peerCovers(wide.peer, narrow.peer) &&
    portCovers(wide.port, narrow.port)
  );
}

function peerCovers(wide: Flow["peer"], narrow: Flow["peer"]): boolean {
  if (wide === "anybody") return true;
  if (narrow === "anybody") return false;
  if ("ipBlock" in wide || "ipBlock" in narrow) return blockCovers(wide["ipBlock"], narrow["ipBlock"]);
  return (
    namespacesCover(wide["namespaceSelector"], narrow["namespaceSelector"]) &&
    selectsAll(wide["podSelector"], narrow["podSelector"])
  );
}

/** A peer without a namespaceSelector speaks of the policy's own namespace, which only `{}` selects for certain. */
function namespacesCover(wide: Json | undefined, narrow: Json | undefined): boolean {
  if (wide === undefined) return narrow === undefined;
  return selectsAll(wide, narrow ?? {});
}

function blockCovers(wide: Json | undefined, narrow: Json | undefined): boolean {
  if (!isMap(wide) || !isMap(narrow)) return false;
  const [outer, inner] = [parseNetwork(String(wide["cidr"])), parseNetwork(String(narrow["cidr"]))];
  if (outer === undefined || inner === undefined || !contains(outer, inner)) return false;
  const left = holesOf(narrow);
  return holesOf(wide).every(
    (hole) =>
      hole !== undefined &&
      (!overlaps(hole, inner) || left.some((each) => each !== undefined && contains(each, hole))),
  );
}

/** The exceptions of an ipBlock; `undefined` for one that cannot be read. */
function holesOf({ except }: JsonMap) {
  return Array.isArray(except) ? except.map((each: Json) => parseNetwork(String(each))) : [];
}

function portCovers(wide: Flow["port"], narrow: Flow["port"]): boolean {
  if (wide === "any") return true;
  if (narrow === "any" || (wide["protocol"] ?? "TCP") !== (narrow["protocol"] ?? "TCP")) return false;
  const [from, to] = [wide["port"], narrow["port"]];
  if (from === undefined || to === undefined) return from === undefined;
  if (typeof from !== "number" || typeof to !== "number") return from === to;
  return from <= to && lastPort(narrow, to) <= lastPort(wide, from);
}

function lastPort(port: JsonMap, first: number): number {
  const last = port["endPort"];
  return typeof last === "number" ? last : first;
}
