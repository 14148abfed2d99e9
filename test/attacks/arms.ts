import type { AttackScope, Neighbour } from "../../src/boundaries/attack.ts";
import { attackScopes } from "../../src/checks/verify/scopes.ts";
import type { Cluster } from "../../src/cluster/cluster.ts";
import { gatherFacts } from "../../src/cluster/gather-facts.ts";
import { collectionPath, pathOf } from "../../src/cluster/paths.ts";
import { idOf, type JsonMap, type KubernetesObject } from "../../src/manifests/object.ts";
import { parseTenants } from "../../src/tenant/parse.ts";
import type { Tenant } from "../../src/tenant/tenant.ts";
import { bareNamespace, named, platform, TARGET, targetsOf } from "./grounds.ts";
import type { Arm, Place } from "./row.ts";
import { byDefault, namespacesOf, people, victim, VICTIM, withNodes } from "./specs.ts";
import { installThirdParties } from "./third-parties.ts";
import { connectAs, createNodes, createTenants, type Stand, startStand } from "./stand.ts";

/** One control plane, first without mtenant and then with tenants of it, and the people who attack there. */
export interface Grounds {
  readonly stand: Stand;
  /** The bare namespace, as if it were of the one tenant and as if of the other; before `raise` nothing else is there. */
  readonly bare: readonly Place[];
  /** Puts mtenant's tenants into the cluster. */
  raise(): Promise<Readonly<Record<Exclude<Arm, "bare">, Place>>>;
  stop(): Promise<void>;
}

const BARE = "bare";
const beside: Neighbour = { tenant: "", namespace: "bare-neighbour" };

/** Starts the control plane and sets up the bare arm. */
export async function prepareGrounds(): Promise<Grounds> {
  const stand = await startStand({ featureGates: ["CrossNamespaceVolumeDataSource=true"] });
  const connections = await connectPeople(stand);
  try {
    const own = await createNodes(stand, "own", 1);
    await createNodes(stand, "shared", 1);
    await setUp(stand.admin);
    const specs = [byDefault, withNodes(own)];
    const tenants = await parseTenants([
      { name: "arms.yaml", text: specs.map((spec) => JSON.stringify(spec)).join("\n---\n") },
    ]);
    const place = placing(stand, connections);
    const scopes = await Promise.all(tenants.map((tenant) => scopeOf(stand.admin, tenant, beside)));
    const bare = scopes.map((scope) =>
      place(
        "bare",
        { ...scope, namespace: { ...scope.namespace, name: BARE } },
        { small: BARE, lenient: BARE },
      ),
    );
    const elsewhere = { nodeSelector: { "kubernetes.io/hostname": "shared-1" } };
    await createTargets(stand.admin, bare.slice(0, 1), elsewhere);
    return {
      stand,
      bare,
      raise: async () => {
        await createTenants(stand, [victim, ...specs]);
        const [plain, walled] = (await Promise.all(
          tenants.map(async (tenant) => {
            const scope = await scopeOf(stand.admin, tenant, VICTIM);
            return place(tenant.name === "plain" ? "default" : "dedicated", scope, namespacesOf(tenant.name));
          }),
        )) as [Place, Place];
        await createTargets(stand.admin, [plain, walled]);
        return { default: plain, dedicated: walled };
      },
      stop: async () => {
        for (const each of Object.values(connections)) await each.cluster.close();
        await stand.stop();
      },
    };
  } catch (error) {
    await stand.stop();
    throw error;
  }
}

type People = Place["people"];

async function connectPeople({ controlPlane }: Stand): Promise<People> {
  const entries = Object.entries(people).map(async ([role, user]) => {
    const kubeconfig = controlPlane.kubeconfigs[user];
    return [role, { user, kubeconfig, cluster: await connectAs(controlPlane, user) }] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as unknown as People;
}

function placing({ admin, controlPlane }: Stand, connections: People) {
  const shared = { people: connections, admin, adminKubeconfig: controlPlane.kubeconfig };
  return (arm: Arm, scope: AttackScope, { small, lenient }: Pick<Place, "small" | "lenient">): Place => ({
    arm,
    scope,
    small,
    lenient,
    ...shared,
  });
}

async function setUp(admin: Cluster): Promise<void> {
  const adopted = ["plain", "walled"].map((name) => named("v1", "Namespace", "", namespacesOf(name).lenient));
  const neighbours = named("v1", "Namespace", "", beside.namespace);
  for (const object of [...platform, ...bareNamespace(BARE), ...adopted, neighbours])
    await create(admin, object);
  await create(admin, named("v1", "Node", "", TARGET, { spec: { unschedulable: true } }));
  await installThirdParties(admin);
  for (const namespace of [BARE, beside.namespace, ...adopted.map(({ metadata }) => metadata.name)])
    await untilThere(admin, { group: "", kind: "ServiceAccount", namespace, name: "default" });
}

async function scopeOf(admin: Cluster, tenant: Tenant, neighbour: Neighbour): Promise<AttackScope> {
  const [scope] = await attackScopes(admin, tenant, await gatherFacts(admin));
  if (scope === undefined) throw new Error(`${tenant.name} has no namespace`);
  return { ...scope, neighbour };
}

async function createTargets(admin: Cluster, places: readonly Place[], spec: JsonMap = {}): Promise<void> {
  for (const object of places.flatMap(({ scope }) => targetsOf(scope, spec))) await create(admin, object);
}

function create(admin: Cluster, object: KubernetesObject): Promise<unknown> {
  const id = idOf(object);
  return admin.send({ method: "POST", path: collectionPath(id, id.namespace), body: object });
}

async function untilThere(admin: Cluster, id: ReturnType<typeof idOf>): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await admin.send({ method: "GET", path: pathOf(id) }).then(
      () => true,
      () => false,
    );
    if (found) return;
    if (Date.now() > deadline) throw new Error(`${id.kind} ${id.namespace}/${id.name} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
