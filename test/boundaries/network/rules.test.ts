import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import { contains, parseNetwork, type Network } from "../../../src/facts/cidr.ts";
import { loadTemplates } from "../../../src/files/templates.ts";
import { ExpectedError } from "../../../src/errors.ts";
import type { Facts } from "../../../src/facts/facts.ts";
import type { JsonMap } from "../../../src/manifests/object.ts";
import { renderTenant } from "../../../src/render/render.ts";
import type { Tenant } from "../../../src/tenant/tenant.ts";
import { facts, payments } from "../../render/example.ts";

const templates = await loadTemplates();
const unknown: Facts = {
  ...facts,
  ranges: { pods: "unknown", services: "unknown", nodes: "unknown", apiServer: "unknown" },
};

function render(network: Partial<Tenant["network"]>, known = facts) {
  const tenant = {
    ...payments,
    network: { dns: "Deny", apiServer: "Deny", egress: [], ingress: [], ...network } as const,
  };
  return renderTenant({ tenant, facts: known, templates }).filter(
    ({ object }) => object.kind === "NetworkPolicy" && object.metadata.namespace === "payments",
  );
}

function rule(peer: JsonMap, known = facts) {
  const found = render({ egress: [{ name: "r", podSelector: {}, peers: [peer] }] }, known).find(
    ({ object }) => object.metadata.name === "mtenant-egress-r",
  );
  const [first] = (found?.object["spec"] as { egress: { to: JsonMap[] }[] } | undefined)?.egress ?? [];
  return first?.to[0];
}

function refusal(peers: JsonMap[], direction: "egress" | "ingress" = "egress", known = facts): string {
  try {
    render({ [direction]: [{ name: "r", podSelector: {}, peers }] }, known);
  } catch (error) {
    if (error instanceof ExpectedError && error.exitCode === 2)
      return [error.message, ...error.problems.map(({ message }) => message), error.hint].join("\n");
    throw error;
  }
  return "accepted";
}

const block = (cidr: string, ...except: string[]): JsonMap => ({
  ipBlock: { cidr, ...(except.length === 0 ? {} : { except }) },
});

describe("a rule for a network", () => {
  test.each([
    ["link-local addresses", "169.254.169.254/32"],
    ["link-local addresses of IPv6", "fe80::/64"],
    ["the metadata service of AWS over IPv6", "fd00:ec2::254/128"],
    ["the metadata service of Google over IPv6", "fd20:ce::254/128"],
    ["the platform address of Azure", "168.63.129.16/32"],
    ["the metadata service of Alibaba", "100.100.100.200/32"],
    ["metadata behind NAT64", "64:ff9b::a9fe:a9fe/128"],
    ["loopback", "127.0.0.1/32"],
    ["the cluster's pods", "10.244.3.0/24"],
    ["the cluster's services", "10.96.0.1/32"],
    ["the cluster's nodes", "192.168.7.9/32"],
    ["the API server", "192.168.7.2/32"],
    ["an IPv4 address written as IPv6", "::ffff:a9fe:a9fe/128"],
    ["a whole forbidden range", "169.254.0.0/16"],
  ])("is refused inside of %s, in both directions", (_, cidr) => {
    expect(refusal([block(cidr)])).toMatch(/lies in|written as IPv6/);
    expect(refusal([block(cidr)], "ingress")).toMatch(/lies in|written as IPv6/);
  });

  test("is allowed in a private range that the cluster does not use, as it is", () => {
    expect(rule(block("10.8.4.0/26"))).toEqual(block("10.8.4.0/26"));
  });

  test("gets exceptions for what is forbidden inside of it, beside its own, and none twice", () => {
    const peer = rule(block("0.0.0.0/0", "10.0.0.0/8", "1.2.3.0/24")) as { ipBlock: { except: string[] } };
    expect(peer.ipBlock.except).toEqual([
      "10.0.0.0/8",
      "1.2.3.0/24",
      "169.254.0.0/16",
      "127.0.0.0/8",
      "168.63.129.16/32",
      "100.100.100.200/32",
      "192.168.7.0/24",
    ]);
  });

  test("goes around every private network while the cluster's ranges are unknown, and is refused inside of one", () => {
    const peer = rule(block("0.0.0.0/0"), unknown) as { ipBlock: { except: string[] } };
    expect(peer.ipBlock.except).toEqual(
      expect.arrayContaining(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]),
    );
    const guess = refusal([block("10.8.4.0/26")], "egress", unknown);
    expect(guess).toContain("--cluster-profile FILE");
    expect(refusal([block("169.254.0.0/24")], "egress", unknown)).toContain(
      "Take the network out of the rule",
    );
    expect(guess).toContain(
      "not known where the cluster's pods, the cluster's services, the cluster's nodes and the API server are",
    );
    expect(rule(block("8.8.8.0/24"), unknown)).toEqual(block("8.8.8.0/24"));
  });

  test("is not rendered at all for facts with a range that cannot be read: nothing is left out in silence", () => {
    const broken: Facts = { ...facts, ranges: { ...facts.ranges, nodes: ["10.0.0.0/99"] } };
    expect(() => rule(block("8.8.8.0/24"), broken)).toThrow('"10.0.0.0/99" is not a network');
  });

  test("never reaches a forbidden address, whatever it is", () => {
    const forbidden = [
      "169.254.169.254",
      "168.63.129.16",
      "100.100.100.200",
      "10.244.1.2",
      "10.96.0.1",
      "192.168.7.2",
      "127.0.0.1",
    ];
    const cidr = fc
      .tuple(fc.constantFrom(...forbidden, "8.8.8.8", "10.8.0.1"), fc.integer({ min: 0, max: 32 }))
      .map(([address, prefix]) => `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefix}`)}/${prefix}`);
    const network = (text: string) => parseNetwork(text) as Network;
    fc.assert(
      fc.property(cidr, (text) => {
        if (refusal([block(text)]) !== "accepted") return;
        const { ipBlock } = rule(block(text)) as { ipBlock: { cidr: string; except?: string[] } };
        for (const address of forbidden.map((each) => network(`${each}/32`))) {
          const reached =
            contains(network(ipBlock.cidr), address) &&
            !(ipBlock.except ?? []).some((hole) => contains(network(hole), address));
          expect(reached).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("a rule for namespaces", () => {
  const selector = (namespaceSelector: JsonMap): JsonMap => ({ namespaceSelector });

  test.each<[string, JsonMap]>([
    ["all of them", {}],
    ["all with a label", { matchExpressions: [{ key: "team", operator: "Exists" }] }],
    [
      "all but one",
      {
        matchExpressions: [
          { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system"] },
        ],
      },
    ],
    ["those of a tenant", { matchLabels: { "mtenant.dev/tenant": "other" } }],
    ["those of tenants", { matchExpressions: [{ key: "mtenant.dev/tenant", operator: "Exists" }] }],
  ])("is refused for %s", (_, namespaces) => {
    expect(refusal([selector(namespaces)])).toMatch(/selects (nearly every|namespaces by)/);
  });

  test("leaves out the namespaces of tenants, whatever their labels are", () => {
    expect(rule(selector({ matchLabels: { "istio-injection": "enabled" } }))).toEqual(
      selector({
        matchLabels: { "istio-injection": "enabled" },
        matchExpressions: [{ key: "mtenant.dev/tenant", operator: "DoesNotExist" }],
      }),
    );
  });

  test("is refused without peers, or with one that says nothing", () => {
    expect(refusal([])).toContain("everybody");
    expect(refusal([{}])).toContain("everybody");
  });
});

describe("what the spec switches", () => {
  const names = (network: Partial<Tenant["network"]>) =>
    render(network).map(({ object }) => object.metadata.name);

  test("nothing but the tenant itself is reachable by default", () => {
    expect(names({})).toEqual(["mtenant-default-deny", "mtenant-same-tenant"]);
  });

  test("DNS, the API server and rules add one policy each", () => {
    const ingress = [{ name: "edge", podSelector: {}, peers: [{ podSelector: {} }] }];
    expect(names({ dns: "Allow", apiServer: "Allow", ingress })).toEqual([
      "mtenant-api-server",
      "mtenant-default-deny",
      "mtenant-dns",
      "mtenant-ingress-edge",
      "mtenant-same-tenant",
    ]);
  });

  test("a rule for other namespaces of the tenant is not in this one", () => {
    const egress = [
      { name: "r", namespaces: ["payments-stg"], podSelector: {}, peers: [block("8.8.8.8/32")] },
    ];
    expect(names({ egress })).not.toContain("mtenant-egress-r");
  });

  test("the API server cannot be allowed while its addresses are unknown", () => {
    expect(() => render({ apiServer: "Allow" }, unknown)).toThrow(
      expect.objectContaining({ exitCode: 2, hint: expect.stringContaining("--cluster-profile") }),
    );
  });
});
