import * as z from "zod/mini";
import { cidrFault, exceptFault } from "./cidr.ts";
import { consistent, doc, type Fault, faultAt, selectorLabels, text, unique } from "./fields.ts";
import { keyFault, valueFault } from "./labels.ts";
import { labelFault } from "./names.ts";

const requirement = z
  .strictObject({
    key: text(keyFault, "A label key."),
    operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]),
    values: z.exactOptional(z.array(text(valueFault, "A label value."))),
  })
  .check(
    consistent((item) => {
      const wanted = item.operator === "In" || item.operator === "NotIn";
      const given = (item.values ?? []).length > 0;
      if (wanted && !given) return [{ path: [], message: `${item.operator} needs at least one of values` }];
      return given && !wanted ? [{ path: ["values"], message: `${item.operator} takes no values` }] : [];
    }),
  );

/** kubernetes: apimachinery/pkg/apis/meta/v1/types.go, LabelSelector. */
const labelSelector = z.strictObject({
  matchLabels: z.exactOptional(selectorLabels("Labels that must all be there.")),
  matchExpressions: z.exactOptional(z.array(requirement)),
});
/** A LabelSelector as a spec states it. */
export type LabelSelector = z.output<typeof labelSelector>;

const ipBlock = z
  .strictObject({
    cidr: text(cidrFault, "An IPv4 or IPv6 network: 10.8.4.0/26."),
    except: z.exactOptional(z.array(text(cidrFault, "A network inside of cidr that is left out."))),
  })
  .check(
    consistent((block) =>
      (block.except ?? []).flatMap((inner, index) =>
        exceptFault(block.cidr, inner) === undefined
          ? []
          : [{ path: ["except", index], message: `${exceptFault(block.cidr, inner)}` }],
      ),
    ),
  );

/** kubernetes: staging/src/k8s.io/api/networking/v1/types.go, NetworkPolicyPeer. */
const peer = z
  .strictObject({
    ipBlock: z.exactOptional(ipBlock),
    namespaceSelector: z.exactOptional(labelSelector),
    podSelector: z.exactOptional(labelSelector),
  })
  .check(consistent(peerFaults));
/** A NetworkPolicyPeer as a spec states it (kubernetes: networking/v1/types.go). */
export type NetworkPeer = z.output<typeof peer>;

function peerFaults(value: {
  ipBlock?: unknown;
  namespaceSelector?: unknown;
  podSelector?: unknown;
}): Fault[] {
  const selects = value.namespaceSelector !== undefined || value.podSelector !== undefined;
  if (value.ipBlock === undefined && !selects) {
    return [{ path: [], message: "a peer needs ipBlock, or namespaceSelector and/or podSelector" }];
  }
  return faultAt(
    "ipBlock",
    value.ipBlock !== undefined && selects
      ? "cannot be combined with a selector; write two peers"
      : undefined,
  );
}

const portNumber = z
  .int()
  .check(z.gte(1, "ports go from 1 to 65535"), z.lte(65535, "ports go from 1 to 65535"));
const portName = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/;

/** kubernetes: staging/src/k8s.io/api/networking/v1/types.go, NetworkPolicyPort. */
const port = z
  .strictObject({
    protocol: z.exactOptional(z.enum(["TCP", "UDP", "SCTP"])),
    port: z.exactOptional(
      z.union([portNumber, z.string()], {
        error: "a port number from 1 to 65535, or a port's name, is expected",
      }),
    ),
    endPort: z.exactOptional(portNumber),
  })
  .check(consistent(portFaults));
/** A NetworkPolicyPort as a spec states it (kubernetes: networking/v1/types.go). */
export type NetworkPort = z.output<typeof port>;

function portFaults(value: { port?: string | number; endPort?: number }): Fault[] {
  const { port: first, endPort } = value;
  if (typeof first === "string" && !portName.test(first)) {
    const hint = /^\d+$/.test(first)
      ? "write the number without quotes"
      : "a port's name has 1 to 15 lower-case letters, digits and dashes";
    return [{ path: ["port"], message: `${JSON.stringify(first)} is not a port's name; ${hint}` }];
  }
  if (endPort === undefined) return [];
  if (typeof first !== "number") return [{ path: ["endPort"], message: "needs port to be a number" }];
  return faultAt("endPort", endPort < first ? `${endPort} is smaller than port ${first}` : undefined);
}

const rule = {
  name: text((name) => labelFault(name), "The rule's name, a part of the NetworkPolicy's name."),
  namespaces: z.exactOptional(
    z.array(z.string()).check(
      z.minLength(1, "names no namespace; leave it out for all of them"),
      unique((name: string) => name, "namespace"),
      doc("The tenant's namespaces that it is for; all when left out."),
    ),
  ),
  podSelector: z.exactOptional(labelSelector),
  ports: z.exactOptional(
    z
      .array(port)
      .check(
        z.minLength(1, "is empty; leave it out to allow every port"),
        doc("NetworkPolicy ports; every port when left out."),
      ),
  ),
};
const peers = (description: string) =>
  z
    .array(peer)
    .check(z.minLength(1, "is empty, which would mean everybody; name at least one peer"), doc(description));

/** A named egress rule of `spec.network.egress`. */
export const egressRule = z.strictObject({
  ...rule,
  to: peers("NetworkPolicy peers that pods may open connections to."),
});
/** A named ingress rule of `spec.network.ingress`. */
export const ingressRule = z.strictObject({
  ...rule,
  from: peers("NetworkPolicy peers that may open connections to pods."),
});
export type EgressRule = z.output<typeof egressRule>;
export type IngressRule = z.output<typeof ingressRule>;
