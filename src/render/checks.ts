import type { RenderedSet, Violation } from "../boundaries/boundary.ts";
import { boundaries } from "../boundaries/index.ts";
import { ExitCode, ExpectedError, type Problem } from "../errors.ts";
import { canonicalProblems } from "../manifests/canonical.ts";
import { kindOf } from "../manifests/kinds.ts";
import { describeOwner, type Manifest } from "../manifests/manifest.ts";
import { MANAGED_BY, MANAGED_BY_LABEL, NO_TENANT, TENANT_KEY } from "../manifests/names.ts";
import { describeId, idOf, keyOf } from "../manifests/object.ts";

/**
 * Throws one ExpectedError(2) with every violation of a rendered set: the guarantees of all boundaries, and what no
 * template may do whatever its boundary.
 */
export function checkRendered(set: RenderedSet): void {
  const violations = [
    ...generalViolations(set),
    ...boundaries.flatMap((each) => each.guarantees.flatMap((judge) => judge(set))),
  ];
  if (violations.length === 0) return;
  const owner = set.manifests[0]?.owner ?? { kind: "cluster" };
  throw new ExpectedError(
    ExitCode.usage,
    `What was rendered for ${describeOwner(owner)} does not keep its guarantees.`,
    {
      problems: violations.map(asProblem),
      hint: set.packaged === undefined ? IN_SPEC : IN_TEMPLATE,
    },
  );
}

const IN_SPEC = "Correct the spec, as the remedy says.";
const IN_TEMPLATE =
  "Templates may be reworded, but a wall cannot be taken out. Correct the template or the spec named above.";

function asProblem({ rule, template, message, remedy }: Violation): Problem {
  return { where: template, message: `${message} Rule: ${rule} Remedy: ${remedy}` };
}

function generalViolations(set: RenderedSet): Violation[] {
  return [
    ...duplicates(set.manifests),
    ...set.manifests.flatMap((manifest) => misplaced(manifest, set)),
    ...set.manifests.flatMap(malformed),
  ];
}

function duplicates(manifests: readonly Manifest[]): Violation[] {
  const seen = new Map<string, Manifest>();
  const violations: Violation[] = [];
  for (const manifest of manifests) {
    const key = keyOf(idOf(manifest.object));
    const first = seen.get(key);
    seen.set(key, manifest);
    if (first !== undefined) violations.push(duplicate(manifest, first));
  }
  return violations;
}

function duplicate(manifest: Manifest, first: Manifest): Violation {
  return {
    rule: "No object is rendered twice.",
    template: manifest.template,
    message: `${describeId(idOf(manifest.object))} is also rendered from ${first.template}.`,
    remedy: "Give the object another name.",
  };
}

/** The kinds without a namespace that a tenant's set may hold. */
const CLUSTER_SCOPED_OF_TENANTS = new Set(["/Namespace", "/Node"]);

function misplaced(manifest: Manifest, { tenant }: RenderedSet): Violation[] {
  const id = idOf(manifest.object);
  const kind = kindOf(id);
  const wrong = (rule: string, message: string, remedy: string): Violation[] => [
    { rule, template: manifest.template, message: `${describeId(id)} ${message}`, remedy },
  ];
  if (kind === undefined || manifest.object.apiVersion !== apiVersionOf(kind)) {
    return wrong(
      "Only built-in kinds are rendered.",
      `has the unknown kind ${manifest.object.apiVersion} ${id.kind}.`,
      "Use a kind of Kubernetes itself, in its stable version.",
    );
  }
  if (kind.namespaced === (id.namespace === "")) {
    const message = kind.namespaced ? "has no namespace." : "has a namespace, but its kind has none.";
    return wrong(
      "Objects stand where their kind says.",
      message,
      "Correct metadata.namespace in the template.",
    );
  }
  if (tenant === undefined) return [];
  const names = tenant.namespaces.map((each) => each.name);
  if (kind.namespaced && !names.includes(id.namespace)) {
    return wrong(
      "A tenant's objects stand in its own namespaces.",
      `is outside the namespaces of tenant ${tenant.name}.`,
      "Use <namespace> for metadata.namespace.",
    );
  }
  if (!kind.namespaced && !CLUSTER_SCOPED_OF_TENANTS.has(`${id.group}/${id.kind}`)) {
    return wrong(
      "A tenant has no cluster-scoped objects beside its namespaces.",
      "is cluster-scoped.",
      "Remove it from the template.",
    );
  }
  return ownNames(manifest, names, wrong);
}

function ownNames(
  manifest: Manifest,
  namespaces: readonly string[],
  wrong: (rule: string, message: string, remedy: string) => Violation[],
): Violation[] {
  const { kind, metadata } = manifest.object;
  if (kind === "Namespace" && !namespaces.includes(metadata.name)) {
    return wrong(
      "A tenant's namespaces are those of its spec.",
      "is not a namespace of the spec.",
      "Use <namespace> for metadata.name.",
    );
  }
  if (kind === "Node" && manifest.form !== "amendment") {
    return wrong(
      "Nodes are amended, never created.",
      "would be created.",
      "Render nodes from the templates of the nodes boundary only.",
    );
  }
  return [];
}

function apiVersionOf(kind: { readonly group: string; readonly version: string }): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}

function malformed(manifest: Manifest): Violation[] {
  const { labels = {} } = manifest.object.metadata;
  const id = describeId(idOf(manifest.object));
  const violations: Violation[] = canonicalProblems(manifest.object).map(({ where, message }) => ({
    rule: "Objects are rendered in the form in which the server keeps them.",
    template: manifest.template,
    message: `${id}${where}: ${message}.`,
    remedy: "Write the field out, or leave it out.",
  }));
  if (manifest.form === "amendment" && labels[MANAGED_BY_LABEL] === MANAGED_BY)
    violations.push(claimed(manifest, id));
  if ((labels[TENANT_KEY] ?? NO_TENANT) !== NO_TENANT && manifest.owner.kind === "cluster")
    violations.push(misattributed(manifest, id));
  return violations;
}

function claimed({ template }: Manifest, id: string): Violation {
  return {
    rule: "What is only amended is not labelled as managed.",
    template,
    message: `${id} would be labelled as managed by mtenant.`,
    remedy: `Remove the label ${MANAGED_BY_LABEL} from the template.`,
  };
}

function misattributed({ template }: Manifest, id: string): Violation {
  return {
    rule: "The cluster's objects belong to no tenant.",
    template,
    message: `${id} carries the label of a tenant.`,
    remedy: `Remove the label ${TENANT_KEY} from the template.`,
  };
}
