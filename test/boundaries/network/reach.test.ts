import { describe, expect, test } from "vitest";
import { reachOf } from "../../../src/boundaries/index.ts";
import type { Effect } from "../../../src/boundaries/reach.ts";
import type { KubernetesObject } from "../../../src/manifests/object.ts";

function policy(spec: object): KubernetesObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "p", namespace: "a" },
    spec,
  };
}

const deny = policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
function egress(to: object[], ports?: object[], podSelector: object = {}): KubernetesObject {
  return policy({
    podSelector,
    policyTypes: ["Egress"],
    egress: [{ ...(to.length === 0 ? {} : { to }), ...(ports === undefined ? {} : { ports }) }],
  });
}
const block = (cidr: string, ...except: string[]) => ({
  ipBlock: { cidr, ...(except.length === 0 ? {} : { except }) },
});
const labels = (matchLabels: Record<string, string>) => ({ matchLabels });
const tcp = (port: number, endPort?: number) => ({
  protocol: "TCP",
  port,
  ...(endPort === undefined ? {} : { endPort }),
});

describe("a change to a NetworkPolicy", () => {
  const reach = reachOf({ group: "networking.k8s.io", kind: "NetworkPolicy" });

  test.each<[string, KubernetesObject | undefined, KubernetesObject | undefined, Effect]>([
    ["a new default-deny", undefined, deny, "narrows"],
    ["no default-deny", deny, undefined, "widens"],
    [
      "a default-deny of one direction less",
      deny,
      policy({ podSelector: {}, policyTypes: ["Ingress"] }),
      "widens",
    ],
    ["a default-deny of one direction more", policy({ podSelector: {} }), deny, "narrows"],
    [
      "a default-deny of some pods only",
      deny,
      policy({ podSelector: labels({ a: "b" }), policyTypes: ["Ingress", "Egress"] }),
      "widens",
    ],
    ["a new rule", undefined, egress([block("10.0.0.0/8")]), "widens"],
    ["a rule less", egress([block("10.0.0.0/8")]), undefined, "narrows"],
    ["no change", egress([block("10.0.0.0/8")]), egress([block("10.0.0.0/8")]), "neutral"],
    ["a smaller network", egress([block("10.0.0.0/8")]), egress([block("10.1.0.0/16")]), "narrows"],
    ["a larger network", egress([block("10.1.0.0/16")]), egress([block("10.0.0.0/8")]), "widens"],
    ["another network", egress([block("10.1.0.0/16")]), egress([block("10.2.0.0/16")]), "widens"],
    [
      "one more exception",
      egress([block("10.0.0.0/8")]),
      egress([block("10.0.0.0/8", "10.1.0.0/16")]),
      "narrows",
    ],
    [
      "one exception less, of which nobody knows how the server's plugin read it",
      egress([block("10.0.0.0/8", "010.1.0.0/16")]),
      egress([block("10.0.0.0/8")]),
      "widens",
    ],
    [
      "one exception less",
      egress([block("10.0.0.0/8", "10.1.0.0/16")]),
      egress([block("10.0.0.0/8")]),
      "widens",
    ],
    [
      "an exception outside of what is left",
      egress([block("10.0.0.0/8", "10.1.0.0/16")]),
      egress([block("10.2.0.0/16")]),
      "narrows",
    ],
    ["a network of the other family", egress([block("0.0.0.0/0")]), egress([block("::/0")]), "widens"],
    ["everybody", egress([block("10.0.0.0/8")]), egress([]), "widens"],
    ["a port less", egress([], [tcp(80), tcp(443)]), egress([], [tcp(443)]), "narrows"],
    ["every port", egress([], [tcp(443)]), egress([]), "widens"],
    ["fewer ports of a range", egress([], [tcp(80, 90)]), egress([], [tcp(81, 85)]), "narrows"],
    ["more ports of a range", egress([], [tcp(80, 90)]), egress([], [tcp(80, 91)]), "widens"],
    ["another protocol", egress([], [tcp(53)]), egress([], [{ protocol: "UDP", port: 53 }]), "widens"],
    ["fewer pods", egress([], [tcp(80)]), egress([], [tcp(80)], labels({ app: "x" })), "narrows"],
    [
      "namespaces with one label more",
      egress([{ namespaceSelector: labels({ a: "b" }) }]),
      egress([{ namespaceSelector: labels({ a: "b", c: "d" }) }]),
      "narrows",
    ],
    [
      "namespaces with one label less",
      egress([{ namespaceSelector: labels({ a: "b", c: "d" }) }]),
      egress([{ namespaceSelector: labels({ a: "b" }) }]),
      "widens",
    ],
    [
      "pods of all namespaces",
      egress([{ podSelector: {} }]),
      egress([{ namespaceSelector: {}, podSelector: {} }]),
      "widens",
    ],
    [
      "fewer values of one label",
      egress([
        { namespaceSelector: { matchExpressions: [{ key: "a", operator: "In", values: ["b", "c"] }] } },
      ]),
      egress([{ namespaceSelector: labels({ a: "b" }) }]),
      "narrows",
    ],
    [
      "the order of the rules",
      egress([block("10.0.0.0/8"), block("192.168.0.0/16")]),
      egress([block("192.168.0.0/16"), block("10.0.0.0/8")]),
      "neutral",
    ],
  ])("%s", (_, before, after, effect) => {
    expect(reach(before, after)).toBe(effect);
  });

  test("a kind that no boundary knows widens, whatever changes", () => {
    expect(reachOf({ group: "example.com", kind: "Thing" })(undefined, undefined)).toBe("widens");
  });
});
