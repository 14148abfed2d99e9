import * as z from "zod/mini";
import { consistent, doc, objectLabels, objectName, selectorLabels, text, unique } from "./fields.ts";
import { labelFault, namespaceNameFault, subdomainFault } from "./names.ts";
import { valueFault } from "./labels.ts";
import { egressRule, ingressRule } from "./network-schema.ts";
import { enforcementSchema } from "./enforcement.ts";
import { hard, limitRangeSchema, quotaSchema } from "./resource-schema.ts";
import { identityOf, subjectFaults } from "./subjects.ts";
import { poolFaults, tolerationFaults } from "./pools.ts";
import { registryFault } from "./registries.ts";

const podSecurity = z
  .enum(["privileged", "baseline", "restricted"])
  .check(doc("The Pod Security level that is enforced; restricted when nothing is said."));

const sizeName = text((name) => labelFault(name), "A size: small, medium, large, or one of the class.");

const namespace = z.strictObject({
  name: text(namespaceNameFault, "The namespace's name in the cluster."),
  labels: z.exactOptional(objectLabels("Labels of this Namespace.")),
  existing: z.exactOptional(
    z
      .boolean()
      .check(doc("The namespace exists already: it is adopted, and kept when the tenant is deleted.")),
  ),
  podSecurity: z.exactOptional(podSecurity),
  enforcement: z.exactOptional(enforcementSchema),
  size: z.exactOptional(sizeName),
  quota: z.exactOptional(quotaSchema),
  limitRange: z.exactOptional(limitRangeSchema),
});
/** One item of `spec.namespaces` as it is written. */
export type NamespaceInput = z.output<typeof namespace>;

const subject = z
  .strictObject({
    kind: z.enum(["Group", "User", "ServiceAccount"]),
    name: z
      .string()
      .check(doc("As the cluster's authentication says it, often an object id of the identity provider.")),
    namespace: z.exactOptional(
      z.string().check(doc("Of a ServiceAccount: where it lives, outside of the tenant.")),
    ),
    displayName: z.exactOptional(
      z.string().check(z.maxLength(256, "has more than 256 characters"), doc("For people only.")),
    ),
    role: z
      .enum(["Owner", "Developer", "Viewer"])
      .check(doc("What the subject may do in the tenant; always stated.")),
    namespaces: z.exactOptional(
      z.array(z.string()).check(
        z.minLength(1, "names no namespace; leave it out for all of them"),
        unique((name: string) => name, "namespace"),
        doc("Only in these namespaces of the tenant."),
      ),
    ),
  })
  .check(consistent(subjectFaults));
/** A subject as a spec states it. */
export type SubjectInput = z.output<typeof subject>;

const toleration = z
  .strictObject({
    key: z.string().check(doc("The taint's key; an empty one would tolerate every taint.")),
    operator: z.exactOptional(z.enum(["Exists", "Equal"])),
    value: z.exactOptional(text(valueFault, "The taint's value.")),
    effect: z.exactOptional(z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])),
    tolerationSeconds: z.exactOptional(z.int()),
  })
  .check(consistent(tolerationFaults));
/** A toleration of a pool as a spec states it. */
export type TolerationInput = z.output<typeof toleration>;

const pool = z
  .strictObject({
    name: text((name) => labelFault(name), "The pool's name, for people."),
    nodeNames: z.exactOptional(
      z.array(objectName("A node's name.")).check(
        z.minLength(1, "names no node"),
        unique((name: string) => name, "node"),
        doc("Nodes that mtenant labels and taints for the tenant."),
      ),
    ),
    nodeSelector: z.exactOptional(
      selectorLabels(
        "Labels of nodes that somebody else labels and taints, such as Karpenter; for Dedicated, one below mtenant.dev/ or node-restriction.kubernetes.io/.",
      ),
    ),
    tolerations: z.exactOptional(
      z.array(toleration).check(doc("Taints of these nodes that the tenant's pods tolerate.")),
    ),
  })
  .check(consistent(poolFaults));
/** A pool of nodes as a spec states it. */
export type PoolInput = z.output<typeof pool>;

const access = z.enum(["Allow", "Deny"]);

const names = (description: string) =>
  z.exactOptional(
    z.array(objectName(description)).check(
      unique((name: string) => name, "name"),
      doc(description),
    ),
  );

/** The fields that a class can preset as well. */
export const sharedFields = {
  budget: z.exactOptional(
    z.strictObject({ hard }).check(doc("The most that the quotas of all namespaces may add up to.")),
  ),
  subjects: z.exactOptional(
    z.array(subject).check(unique(identityOf, "subject"), doc("Who has which role; nobody when left out.")),
  ),
  nodes: z.exactOptional(
    z.strictObject({
      mode: z.exactOptional(
        z
          .enum(["Dedicated", "Sandboxed", "Shared"])
          .check(
            doc(
              "Dedicated: the tenant's nodes run nobody else's pods. Sandboxed: nodes are shared, pods run in a sandbox. Shared: nodes and their kernel are shared.",
            ),
          ),
      ),
      pools: z.exactOptional(
        z.array(pool).check(
          unique((item: { name: string }) => item.name, "pool"),
          doc("Where the tenant's pods run."),
        ),
      ),
    }),
  ),
  pods: z.exactOptional(
    z.strictObject({
      podSecurity: z.exactOptional(podSecurity),
      runtimeClassName: z.exactOptional(
        objectName("The RuntimeClass that every pod of the tenant runs with."),
      ),
    }),
  ),
  allowed: z.exactOptional(
    z.strictObject({
      imageRegistries: z.exactOptional(
        z.array(text(registryFault, "The beginning of image references.")).check(
          z.maxLength(50, "has more than 50 entries"),
          unique((name: string) => name, "registry"),
          doc(
            "What image references must begin with, such as registry.example.com/payments/; any image when empty.",
          ),
        ),
      ),
      storageClassNames: names("StorageClasses that the tenant may use beside the default one."),
      priorityClassNames: z.exactOptional(
        z.array(text(priorityFault, "A PriorityClass.")).check(
          unique((name: string) => name, "name"),
          doc("PriorityClasses that the tenant's pods may have."),
        ),
      ),
      csiDrivers: names("CSI drivers that pods may use inline."),
      tokenAudiences: z.exactOptional(
        z.array(text(audienceFault, "The audience of a projected ServiceAccount token.")).check(
          unique((name: string) => name, "audience"),
          doc(
            "Who pods may show a ServiceAccount token to beside the cluster itself, such as sts.amazonaws.com: needed for identities in a cloud.",
          ),
        ),
      ),
    }),
  ),
  network: z.exactOptional(
    z.strictObject({
      dns: z.exactOptional(access.check(doc("May pods ask the cluster's DNS? Allow when left out."))),
      apiServer: z.exactOptional(access.check(doc("May pods reach the API server? Deny when left out."))),
      egress: z.exactOptional(
        z.array(egressRule).check(
          unique((item: { name: string }) => item.name, "rule"),
          doc("What pods may connect to beside the tenant itself."),
        ),
      ),
      ingress: z.exactOptional(
        z.array(ingressRule).check(
          unique((item: { name: string }) => item.name, "rule"),
          doc("Who may connect to pods beside the tenant itself."),
        ),
      ),
    }),
  ),
  controlPlane: z.exactOptional(
    z.strictObject({
      mode: z.enum(["Shared"]).check(doc("Shared: the tenant uses the API server of the cluster.")),
    }),
  ),
};

/** A tenant's own spec. */
export const tenantSpec = z.strictObject({
  className: z.exactOptional(
    text((name) => labelFault(name), "The TenantClass whose values hold where the tenant says nothing."),
  ),
  namespaces: z.exactOptional(
    z.array(namespace).check(
      z.minLength(1, "names no namespace; leave it out for one that is called as the tenant"),
      unique((item: { name: string }) => item.name, "namespace"),
      doc("The tenant's namespaces; one that is called as the tenant when left out."),
    ),
  ),
  ...sharedFields,
});

/** What a class says of a size; every resource of the built-in sizes has to be in it. */
export const sizeSchema = z.strictObject({
  quota: quotaSchema,
  limitRange: z.exactOptional(limitRangeSchema),
});

/** The guards read the audiences as one text, separated by commas. */
function audienceFault(name: string): string | undefined {
  const exact = name !== "" && name.length <= 253 && !/[,;=\s]/.test(name);
  return exact ? undefined : `${JSON.stringify(name)} is empty, too long, or holds a space, ",", ";" or "="`;
}

function priorityFault(name: string): string | undefined {
  if (name.startsWith("system-"))
    return `${JSON.stringify(name)} is for the cluster's own pods, which displace all others`;
  return subdomainFault(name);
}
