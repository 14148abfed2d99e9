import type { Finding, Verdict } from "./finding.ts";

/** One check of the multi-tenancy benchmark, and which checks of ours answer it. */
interface BenchmarkCheck {
  /** As the benchmark calls it; it gives one id twice. A draft has the number of its issue. */
  readonly id: string;
  readonly title: string;
  /** The ids of the findings that decide it. */
  readonly checks: readonly string[];
  /** Why a tenant deliberately does not do what is asked. The findings then show that it is refused. */
  readonly declined?: string;
  /** It is about pods, and holds where it was tried in every namespace of the tenant. */
  readonly everywhere?: true;
  /** Where no finding is about it: why there is nothing to check. */
  readonly otherwise?: string;
}

/** What a tenant comes to. `declined`: deliberately not as the benchmark asks. `not-applicable`: this tenant's spec leaves nothing to check. */
export interface BenchmarkResult {
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict | "declined" | "not-applicable";
  /** What decides, or why not. */
  readonly why: string;
  readonly checks: readonly string[];
}

const untried =
  "the spec asks for a weaker level of Pod Security in some namespace, or gives nobody a role there";
const noRoles = "Roles and RoleBindings of a tenant's own would share its objects and outlive its people";

/** The 19 checks of kubectl-mtb (kubernetes-retired/multi-tenancy, benchmarks), in its order. */
const implemented: readonly BenchmarkCheck[] = [
  { id: "MTB-PL1-CC-CPI-1", title: "Block access to cluster resources", checks: ["every-cluster-kind"] },
  {
    id: "MTB-PL1-BC-CPI-2",
    title: "Block multi-tenant resources",
    checks: ["quota", "limits", "default-deny", "role", "binding"].map((wall) => `A13-delete-${wall}`),
  },
  {
    id: "MTB-PL1-BC-CPI-3",
    title: "Block add capabilities",
    checks: ["H6-setpcap", "H6-sys-admin", "H6-net-raw"],
    everywhere: true,
  },
  {
    id: "MTB-PL1-BC-CPI-4",
    title: "Require run as non-root user",
    checks: ["H7-root", "H7-may-be-root"],
    everywhere: true,
  },
  {
    id: "MTB-PL1-BC-CPI-5",
    title: "Block privileged containers",
    checks: ["H1-privileged"],
    everywhere: true,
  },
  {
    id: "MTB-PL1-BC-CPI-6",
    title: "Block privilege escalation",
    checks: ["H7-escalation"],
    everywhere: true,
  },
  {
    id: "MTB-PL1-BC-HI-1",
    title: "Block use of host path volumes",
    checks: ["H2-host-path"],
    everywhere: true,
  },
  { id: "MTB-PL1-BC-HI-1", title: "Block use of NodePort services", checks: ["N8-node-port"] },
  {
    id: "MTB-PL1-BC-HI-3",
    title: "Block use of host networking and ports",
    checks: ["H4-host-network", "H7-host-port"],
    everywhere: true,
  },
  { id: "MTB-PL1-BC-HI-4", title: "Block use of host PID", checks: ["H3-host-pid"], everywhere: true },
  { id: "MTB-PL1-BC-HI-5", title: "Block use of host IPC", checks: ["H5-host-ipc"], everywhere: true },
  {
    id: "MTB-PL1-CC-TI-1",
    title: "Block modification of resource quotas",
    checks: ["A13-create-quota", "A13-change-quota", "A13-delete-quota"],
  },
  {
    id: "MTB-PL1-CC-TI-2",
    title: "Block access to other tenant resources",
    checks: [
      "every-neighbour-kind",
      "A1-secrets",
      "A1-pods",
      "A1-config-maps",
      "A1-create-pod",
      "A1-delete-pods",
    ],
  },
  {
    id: "MTB-PL1-CC-FNS-1",
    title: "Configure namespace resource quotas",
    checks: ["quota-compute", "quota"],
  },
  {
    id: "MTB-PL1-CC-FNS-2",
    title: "Configure namespace object limits",
    checks: ["quota-objects", "A13-create-quota", "A13-create-replication-controller"],
    declined:
      "what a tenant may create is counted; ResourceQuotas and ReplicationControllers, which it may not, are not",
  },
  {
    id: "MTB-PL1-CC-DI-1",
    title: "Require always imagePullPolicy",
    checks: ["H12-never-pulled", "H12-cached-image"],
    otherwise: "the tenant's own nodes hold no image of a neighbour, so any pull policy is allowed there",
  },
  {
    id: "MTB-PL2-BC-OPS-3",
    title: "Create Role Bindings",
    checks: ["A5-role", "A4-share"],
    declined: noRoles,
  },
  {
    id: "MTB-PL2-BC-OPS-4",
    title: "Create Network Policies",
    checks: ["A14-allow-all"],
    declined:
      "policies add up: one of the tenant's own undoes the default-deny; flows are declared in the spec",
  },
  {
    id: "MTB-PL2-CC-TI-1",
    title: "Block role privilege escalation",
    checks: ["rights", "A5-bind", "A5-cluster-bind", "A5-role"],
  },
];

/** Its drafts, which it never implemented, by the numbers of their issues. */
const drafts: readonly BenchmarkCheck[] = [
  {
    id: "#1197",
    title: "Block access to other tenants' resources, with every verb",
    checks: ["every-neighbour-kind", "A1-secrets", "A1-create-config-map", "A1-delete-pods"],
  },
  {
    id: "#1198",
    title: "Require PersistentVolumeClaims for storage",
    checks: ["H2-host-path", "H22-nfs", "H22-iscsi", "H22-flex-volume", "H22-git-repo"],
    declined:
      "Pod Security also allows configMap, secret, projected, emptyDir and ephemeral volumes, which reach nobody else; host and network volumes are refused",
  },
  {
    id: "#1199",
    title: "Require the reclaim policy Delete",
    checks: ["T1-volume-name", "T1-volume-selector"],
    declined:
      "a retained volume is the operator's choice of StorageClass, and delete shows what survives; nobody may claim a volume by name or label",
    otherwise: "the cluster has no StorageClass that the tenant may claim of",
  },
  {
    id: "#1200",
    title: "Block use of existing PersistentVolumes",
    checks: ["A2-volumes", "T1-volume-name", "T1-volume-selector", "T4-no-class"],
  },
  {
    id: "#1201",
    title: "Block network access across tenant namespaces",
    checks: ["network", "A14-allow-all", "N17-open-to-neighbour"],
  },
  {
    id: "#1202, #1203",
    title: "Self-service Roles and RoleBindings",
    checks: ["A5-role", "A4-share"],
    declined: noRoles,
  },
];

/** The ids of all findings that the benchmark looks for. */
export const benchmarkChecks: readonly string[] = [...implemented, ...drafts].flatMap(({ checks }) => checks);

/** How a tenant with these namespaces stands against the multi-tenancy benchmark, by what was found out about it. */
export function benchmarkOf(
  findings: readonly Finding[],
  namespaces: readonly string[],
): readonly BenchmarkResult[] {
  return [...implemented, ...drafts].map((check) => resultOf(check, findings, namespaces));
}

function resultOf(
  check: BenchmarkCheck,
  findings: readonly Finding[],
  namespaces: readonly string[],
): BenchmarkResult {
  const { id, title, everywhere, otherwise = "the spec leaves nothing to check" } = check;
  const about = findings.filter((each) => check.checks.includes(each.id) || isWallOf(each, check));
  const result = { id, title, checks: [...new Set(about.map((each) => each.id))] };
  const verdict = worst(about);
  if (verdict !== undefined && verdict !== "pass") return { ...result, verdict, why: badOnes(about) };
  const isTried = namespaces.every((name) => about.some(({ namespace }) => namespace === name));
  if (everywhere === true && !isTried) return { ...result, verdict: "not-applicable", why: untried };
  if (verdict === undefined) return { ...result, verdict: "not-applicable", why: otherwise };
  if (check.declined !== undefined) return { ...result, verdict: "declined", why: check.declined };
  return { ...result, verdict, why: about.length === 1 ? "1 check holds" : `${about.length} checks hold` };
}

/** `network` stands for every wall of that boundary. */
function isWallOf({ id, boundary }: Finding, { checks }: BenchmarkCheck): boolean {
  return id === "wall" && checks.includes(boundary);
}

function worst(about: readonly Finding[]): Verdict | undefined {
  return (["breach", "inconclusive", "open", "pass"] as const).find((verdict) =>
    about.some((each) => each.verdict === verdict),
  );
}

function badOnes(about: readonly Finding[]): string {
  const bad = about.filter(({ verdict }) => verdict !== "pass");
  return [...new Set(bad.map(({ id, message }) => `${id}: ${message}`))].join("; ");
}
