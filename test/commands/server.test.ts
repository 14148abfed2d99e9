import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { mustSucceed } from "../cluster/kubectl.ts";
import {
  type Fault,
  kubeconfigFor,
  readKubeconfig,
  type Seen,
  startWeather,
  through,
} from "../cluster/weather.ts";
import { tenantText } from "../tenant/spec.ts";
import { start, whole } from "./process.ts";
import { ownCluster } from "./own-cluster.ts";

vi.setConfig({ testTimeout: 240_000 });

// A control plane of its own: everything in it is counted before and after.
const { plane, kubectl, folder } = await ownCluster();

const mtenant = (...args: string[]) => whole(start([...args, "--kubeconfig", plane.kubeconfig]));

async function done(...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await mtenant(...args);
  expect(code, stdout + stderr).toBe(0);
}

const must = (args: readonly string[], input?: object): Promise<string> => mustSucceed(kubectl, args, input);

const version = { major: "1", minor: "29", gitVersion: "v1.29.14" };
const tooOld = (seen: Seen): Fault | undefined =>
  seen.path.startsWith("/version") ? json(200, version) : undefined;
const noPolicies = (seen: Seen): Fault | undefined =>
  seen.path.includes("/validatingadmissionpolicies")
    ? { reply: { status: 404, type: "text/plain", body: "404 page not found\n" } }
    : undefined;

const noReview = (seen: Seen): Fault | undefined =>
  seen.path.includes("/selfsubjectrulesreviews") ? json(403, forbidden) : undefined;
const forbidden = {
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  reason: "Forbidden",
  message: "reviews are not for everybody",
  code: 403,
};

function json(status: number, body: object): Fault {
  return { reply: { status, type: "application/json", body: JSON.stringify(body) } };
}

test.for([
  ["is too old", tooOld, /Kubernetes 1\.29.*1\.30/],
  ["does not serve admission policies", noPolicies, /does not serve this API/],
  [
    "does not say what one may do",
    noReview,
    /cannot see which rights you have.*reviews are not for everybody/,
  ],
] as const)("a server that %s is refused before anything is written", async ([, forecast, reason]) => {
  const before = await everyObject(kubectl);
  const weather = await startWeather(plane.kubeconfig);
  weather.forecast = forecast;
  const { token } = readKubeconfig(plane.kubeconfig);
  const kubeconfig = join(folder, "weather.kubeconfig");
  await writeFile(kubeconfig, kubeconfigFor(through(weather), { token }), { mode: 0o600 });
  const spec = ["team", "--owner-group", "g", "--nodes", "Shared", "--yes"];
  const { code, stderr } = await whole(start(["create", ...spec, "--kubeconfig", kubeconfig]));
  await weather.close();
  expect(stderr).toMatch(reason);
  expect(code).toBe(3);
  expect(await everyObject(kubectl)).toEqual(before);
});

test("an adopted namespace whose labels are somebody else's names them, and is taken over when told so", async () => {
  const file = join(folder, "adopted.yaml");
  const spec = "nodes: {mode: Shared}\nnamespaces: [{name: adopted, existing: true}]";
  await writeFile(file, tenantText("adopted", spec));
  await must(["create", "namespace", "adopted"]);
  const label = "pod-security.kubernetes.io/enforce=privileged";
  await must(["label", "namespace", "adopted", label, "--field-manager=other-team"]);
  const before = await everyObject(kubectl);
  const refused = await mtenant("create", "-f", file, "--yes");
  expect(refused.code).toBe(4);
  expect(refused.stderr).toMatch(
    /Namespace adopted: .*enforce: conflict with "other-team".*--force-conflicts/,
  );
  expect(await everyObject(kubectl)).toEqual(before);
  await done("create", "-f", file, "--yes", "--force-conflicts");
  await done("diff", "-f", file);
  await done("delete", "adopted", "--yes");
  await must(["delete", "namespace", "adopted"]);
});

test("a webhook that does not answer is named, nothing is changed, and a rerun goes on when it is gone", async () => {
  await done("create", "hooked", "--owner-group", "g", "--nodes", "Shared", "--yes");
  await must(["label", "ns", "hooked", "pod-security.kubernetes.io/enforce=baseline", "--overwrite"]);
  const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["namespaces"] };
  const webhook = {
    name: "stamps.example.com",
    clientConfig: { url: "https://127.0.0.1:1/stamp" },
    rules: [rule],
    objectSelector: { matchLabels: { "kubernetes.io/metadata.name": "hooked" } },
    sideEffects: "NoneOnDryRun",
    admissionReviewVersions: ["v1"],
  };
  const metadata = { name: "stamps" };
  const kind = "MutatingWebhookConfiguration";
  const apiVersion = "admissionregistration.k8s.io/v1";
  await must(["create", "-f", "-"], { apiVersion, kind, metadata, webhooks: [webhook] });
  await vi.waitFor(
    async () => {
      const asked = await kubectl(["label", "ns", "hooked", "x=y", "--dry-run=server"]);
      expect(asked.stderr).toContain("stamps.example.com");
    },
    { timeout: 60_000, interval: 200 },
  );
  const before = await everyObject(kubectl);
  const failing = await mtenant("create", "hooked", "--yes");
  expect(failing.stderr).toMatch(/stamps\.example\.com.*\n.*webhook/);
  expect(failing.code).toBe(3);
  expect(await everyObject(kubectl)).toEqual(before);
  await must(["delete", "mutatingwebhookconfiguration", "stamps"]);
  await done("create", "hooked", "--yes");
  await done("diff", "hooked");
  await done("delete", "hooked", "--yes");
});
