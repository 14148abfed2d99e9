import type { Json, JsonMap } from "../../manifests/object.ts";
import { type Attack, type AttackScope, type Refuser, guard } from "../attack.ts";
import { allowedImage, creating, harmlessPod, restrictedContainer } from "../harmless.ts";
import { hostAttacks } from "./host-attacks.ts";
import { sharingAttacks } from "./sharing-attacks.ts";

type Spec = (scope: AttackScope) => { readonly spec?: JsonMap; readonly container?: JsonMap };
type Row = Pick<Attack, "id" | "title" | "says" | "when" | "mended">;

const GUARD = guard("mtenant-pods");

/** One attack and its twin, each a pod of which some fields are said. */
function row(fields: Row & { readonly also?: Refuser }, attack: Spec, twin: Spec = () => ({})): Attack {
  const { also, ...rest } = fields;
  const pod = (scope: AttackScope, { spec, container }: ReturnType<Spec>) =>
    creating(harmlessPod(scope, spec, container));
  return {
    ...rest,
    boundary: "pods",
    refusedBy: also === undefined ? [GUARD] : [GUARD, also],
    request: (scope) => pod(scope, attack(scope)),
    twin: (scope) => pod(scope, twin(scope)),
  };
}

const registries = ({ tenant }: AttackScope): readonly string[] => tenant.allowed.imageRegistries;

function image(id: string, title: string, attack: (scope: AttackScope) => string, twin?: string): Attack {
  return row(
    {
      id,
      title,
      says: "must not use the image",
      when: (scope) =>
        registries(scope).length > 0 &&
        (twin === undefined || registries(scope).includes("docker.io/library/")),
    },
    (scope) => ({ container: { image: attack(scope) } }),
    (scope) => ({ container: { image: twin ?? tagged(scope) } }),
  );
}

/** An image of the last registry, with a digest; a prefix that is a repository itself stands for its images. */
function tagged(scope: AttackScope): string {
  const prefix = registries(scope).at(-1) ?? "";
  const repository = prefix.includes("/") && !prefix.endsWith("/") ? prefix : allowedImage(scope);
  return `${repository}@sha256:${"0".repeat(64)}`;
}

const foreign = "ghcr.io/mtenant-attack/miner";
const initContainer = (image: string): Json => [{ name: "i", image, securityContext: restrictedContainer }];

const images: readonly Attack[] = [
  image("U1-registry", "runs an image of another registry", () => foreign),
  image("U1-prefix", "runs an image whose name only begins like an allowed one", (scope) => {
    const prefix = registries(scope).at(-1) ?? "";
    return `${prefix.replace(/\/$/, "")}-evil/x`;
  }),
  image(
    "U1-hub-user",
    "runs an image of another user of Docker Hub",
    () => "evil/miner",
    "docker.io/library/nginx:1",
  ),
  image(
    "U1-hub-host",
    "runs an image of a host that begins like Docker Hub",
    () => "docker.io.evil.example/library/nginx",
    "nginx",
  ),
  image("U1-localhost", "runs an image that only the node has", () => "localhost/library/nginx", "nginx:1"),
  row(
    {
      id: "U1-init",
      title: "hides a foreign image in an init container",
      says: foreign,
      when: (scope) => registries(scope).length > 0,
    },
    () => ({ spec: { initContainers: initContainer(foreign) } }),
    (scope) => ({ spec: { initContainers: initContainer(allowedImage(scope)) } }),
  ),
  row(
    {
      id: "U1-volume",
      title: "mounts a foreign image as a volume",
      says: foreign,
      when: (scope) => registries(scope).length > 0,
      mended: (stored) => !JSON.stringify(stored["spec"]).includes(foreign),
    },
    () => ({ spec: { volumes: [{ name: "v", image: { reference: foreign } }] } }),
    () => ({ spec: { volumes: [{ name: "v", emptyDir: {} }] } }),
  ),
];

/** A RuntimeClass that exists and is not the tenant's. */
function otherRuntimeClass({ tenant, facts }: AttackScope): string | undefined {
  const known = facts.runtimeClasses === "unknown" ? [] : facts.runtimeClasses;
  return known.find(({ name }) => name !== tenant.pods.runtimeClassName)?.name;
}

const token = (fields: JsonMap): Json => [
  { name: "t", projected: { sources: [{ serviceAccountToken: { path: "t", ...fields } }] } },
];

const choices: readonly Attack[] = [
  row(
    {
      id: "S6-runtime-class",
      title: "runs with another runtime class",
      says: "runtimeClassName",
      when: (scope) => otherRuntimeClass(scope) !== undefined,
    },
    (scope) => ({ spec: { runtimeClassName: otherRuntimeClass(scope) ?? "" } }),
  ),
  row(
    { id: "H17-csi-driver", title: "mounts another inline CSI driver", says: "mtenant-attack.example.com" },
    () => ({ spec: { volumes: [{ name: "v", csi: { driver: "mtenant-attack.example.com" } }] } }),
    ({ tenant }) => {
      const [driver] = tenant.allowed.csiDrivers;
      return {
        spec: {
          volumes: [{ name: "v", ...(driver === undefined ? { emptyDir: {} } : { csi: { driver } }) }],
        },
      };
    },
  ),
  row(
    { id: "A7-audience", title: "mounts a token for another audience", says: "audience" },
    () => ({ spec: { volumes: token({ audience: "mtenant-attack.example.com" }) } }),
    ({ tenant }) => ({
      spec: { volumes: token({ audience: tenant.allowed.tokenAudiences[0] ?? "istio-ca" }) },
    }),
  ),
  row(
    { id: "A7-year", title: "mounts a token that lives for a year", says: "86400" },
    () => ({ spec: { volumes: token({ expirationSeconds: 31_536_000 }) } }),
    () => ({ spec: { volumes: token({ expirationSeconds: 86_400 }) } }),
  ),
  row(
    { id: "S10-grace", title: "takes for ever to end", says: "terminationGracePeriodSeconds" },
    () => ({ spec: { terminationGracePeriodSeconds: 1_000_000_000 } }),
    () => ({ spec: { terminationGracePeriodSeconds: 600 } }),
  ),
];

const metadataService = { host: "169.254.169.254", port: 80 };

const probes: readonly Attack[] = [
  ...(["livenessProbe", "readinessProbe", "startupProbe"] as const).map((probe) =>
    row(
      {
        id: `H9-${probe}`,
        title: `makes the node call another host by ${probe}`,
        says: "host",
        also: "PodSecurity",
      },
      () => ({ container: { [probe]: { httpGet: metadataService } } }),
      () => ({ container: { [probe]: { httpGet: { port: 80 } } } }),
    ),
  ),
  row(
    {
      id: "H9-init-hook",
      title: "makes the node call another host by a hook of an init container",
      says: "host",
      also: "PodSecurity",
    },
    (scope) => sidecar(scope, { tcpSocket: metadataService }),
    (scope) => sidecar(scope, { sleep: { seconds: 1 } }),
  ),
];

function sidecar(scope: AttackScope, preStop: JsonMap): ReturnType<Spec> {
  const container = {
    name: "i",
    image: allowedImage(scope),
    restartPolicy: "Always",
    securityContext: restrictedContainer,
    lifecycle: { preStop },
  };
  return { spec: { initContainers: [container] } };
}

/** How a tenant's pod gets at the host, at others' images and at more than its share of time. */
export const podsAttacks: readonly Attack[] = [
  ...hostAttacks,
  ...images,
  ...choices,
  ...probes,
  ...sharingAttacks,
];
