import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { deriveRole } from "../../../src/boundaries/access/derive.ts";
import { expand } from "../../../src/boundaries/access/atoms.ts";
import { explainRole } from "../../../src/boundaries/access/explain.ts";
import { aggregate, type ClusterRoleObject, ruleOrigins } from "../../../src/facts/aggregate.ts";
import { readRules } from "../../../src/facts/policy-rule.ts";
import { rulesCover } from "../../../src/facts/rules.ts";
import { pinnedFacts } from "../../../src/facts/pinned.ts";
import { testCluster } from "../../cluster/test-cluster.ts";
import { thirdParties } from "./third-parties.ts";

const { kubectl } = testCluster();
const installed = thirdParties("access-test");
const namespace = "access-third-party";

async function run(args: readonly string[], input?: string): Promise<string> {
  const { stdout, stderr, code } = await kubectl(args, input === undefined ? {} : { input });
  if (code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${stderr}`);
  return stdout;
}

async function clusterRoles(): Promise<ClusterRoleObject[]> {
  return (JSON.parse(await run(["get", "clusterroles", "-o", "json"])) as { items: ClusterRoleObject[] })
    .items;
}

function listOf(items: readonly unknown[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}

async function canI(user: string, verb: string, resource: string): Promise<string> {
  const { stdout } = await kubectl(["auth", "can-i", verb, resource, "-n", namespace, "--as", user]);
  return stdout.trim();
}

/** Waits until the controller manager has aggregated every installed rule into the live admin. */
async function aggregated(): Promise<void> {
  const wanted = rulesOf("kserve-edit").concat(rulesOf("flux-edit"), rulesOf("knative-namespaced-admin"));
  const atoms = wanted.flatMap((rule) => expand([rule]));
  await vi.waitFor(
    async () => {
      const admin = (await clusterRoles()).find(({ metadata }) => metadata.name === "admin");
      const live = readRules(admin?.["rules"], "admin");
      expect(atoms.filter((atom) => !rulesCover(live, atom))).toEqual([]);
    },
    { timeout: 30_000, interval: 200 },
  );
}

function rulesOf(name: string) {
  const role = installed
    .flatMap((each) => each.clusterRoles)
    .find(({ metadata }) => metadata.name.startsWith(name));
  return readRules(role?.["rules"], name);
}

describe("third parties that aggregate rules into admin, edit and view", () => {
  const roles = installed.flatMap((each) => each.clusterRoles);

  beforeAll(async () => {
    await run(["create", "namespace", namespace]);
    await run(["create", "-f", "-"], listOf(roles));
    await aggregated();
  });
  afterAll(async () => {
    await run(["delete", "-f", "-", "--ignore-not-found"], listOf(roles));
    await run(["delete", "namespace", namespace, "--wait=false"]);
  });

  test.each(installed)(
    "$project reaches the live admin, edit or view, and no derived role",
    async ({ clusterRoles: own }) => {
      const live = await clusterRoles();
      const atoms = own.flatMap((role) => expand(readRules(role["rules"], role.metadata.name)));
      const bases = {
        Owner: aggregate(live, "admin"),
        Developer: aggregate(live, "edit"),
        Viewer: aggregate(live, "view"),
      };
      expect(atoms.length).toBeGreaterThan(0);
      for (const atom of atoms) expect(rulesCover(bases.Owner, atom)).toBe(true);
      const pinned = (await pinnedFacts(36)).baseRoles;
      expect(deriveRole("Owner", bases.Owner)).toEqual(deriveRole("Owner", pinned.admin));
      expect(deriveRole("Developer", bases.Developer)).toEqual(deriveRole("Developer", pinned.edit));
      expect(deriveRole("Viewer", bases.Viewer)).toEqual(deriveRole("Viewer", pinned.view));
    },
  );

  test("a live admin without rules, as without a controller manager, is computed from the labelled ClusterRoles", async () => {
    const live = await clusterRoles();
    const empty = live.map((role) =>
      role["aggregationRule"] === undefined ? role : { ...role, rules: null },
    );
    expect(deriveRole("Owner", aggregate(empty, "admin"))).toEqual(
      deriveRole("Owner", aggregate(live, "admin")),
    );
    for (const atom of rulesOf("kserve-edit").flatMap((rule) => expand([rule]))) {
      expect(rulesCover(aggregate(empty, "admin"), atom)).toBe(true);
    }
  });

  test("the explanation names the ClusterRole that each foreign triple comes from, and keeps none of them", async () => {
    const live = await clusterRoles();
    const { triples } = explainRole(aggregate(live, "admin"), "Owner", ruleOrigins(live, "admin"));
    const certificates = triples.filter(
      ({ group, resource }) => group === "cert-manager.io" && resource === "certificates",
    );
    expect(certificates.map((each) => each.from)).toContainEqual(["cert-manager-edit-access-test"]);
    expect(triples.filter((each) => each.thirdParty && each.kept)).toEqual([]);
    expect(triples.filter((each) => each.why === "")).toEqual([]);
  });

  test("the server gives a holder of the derived Role its work and nothing of theirs", async () => {
    const { rules } = deriveRole("Owner", aggregate(await clusterRoles(), "admin"));
    const ref = (kind: string, name: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind, name });
    const binding = (name: string, roleRef: object, user: string) => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name, namespace },
      roleRef,
      subjects: [ref("User", user)],
    });
    const role = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: "derived", namespace },
      rules,
    };
    const bindings = [
      binding("derived", ref("Role", "derived"), "access-owner"),
      binding("whole", ref("ClusterRole", "admin"), "access-admin"),
    ];
    await run(["create", "-f", "-"], listOf([role, ...bindings]));
    await expect.poll(() => canI("access-owner", "create", "deployments.apps")).toBe("yes");
    // The twin: Kubernetes' own admin may, so a "no" below is not for want of the permission's existence.
    await expect.poll(() => canI("access-admin", "patch", "namespaces")).toBe("yes");
    for (const verb of ["escalate", "bind", "create"])
      expect(await canI("access-owner", verb, "roles")).toBe("no");
    expect(await canI("access-admin", "impersonate", "serviceaccounts")).toBe("yes");
    expect(await canI("access-owner", "impersonate", "serviceaccounts")).toBe("no");
    expect(await canI("access-owner", "patch", "namespaces")).toBe("no");
    expect(await canI("access-owner", "deletecollection", "pods")).toBe("no");
  });
});
