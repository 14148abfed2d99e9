import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connect } from "../../../src/cluster/connect.ts";
import type { Connection } from "../../../src/cluster/connection.ts";
import type { ConnectionOptions } from "../../../src/cluster/connection-options.ts";
import { readObject } from "../../../src/cluster/read-object.ts";
import { createAuthority, createServingCertificate } from "../certificates.ts";
import { testCluster } from "../test-cluster.ts";
import type { Weather } from "../weather.ts";
import { kubeconfigFor, nowhere, readKubeconfig, startWeather, through } from "../weather.ts";

const namespaceId = { group: "", kind: "Namespace", namespace: "", name: "default" };
const API = "client.authentication.k8s.io/v1";

/** A real credential plugin: a program that notes each run in `runs` and prints what stands in `answer`. */
describe("credential plugins", () => {
  const { kubeconfig } = testCluster();
  const { token } = readKubeconfig(kubeconfig);
  let weather: Weather;
  let folder: string;
  const clusters: Connection[] = [];

  beforeAll(async () => {
    weather = await startWeather(kubeconfig);
  });
  afterAll(() => weather.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "mtenant-plugin-"));
    await writeFile(
      join(folder, "plugin.cjs"),
      `const fs = require("fs");
       fs.appendFileSync(${JSON.stringify(join(folder, "runs"))}, (process.env.KUBERNETES_EXEC_INFO ?? "") + " " + process.env.EXTRA + "\\n");
       ${"setTimeout(() => process.stdout.write(fs.readFileSync(__dirname + '/answer')), 100);"}`,
    );
  });
  afterEach(async () => {
    await Promise.all(clusters.splice(0).map((cluster) => cluster.close()));
    await rm(folder, { recursive: true });
  });

  const answer = (status: object): Promise<void> =>
    writeFile(join(folder, "answer"), JSON.stringify({ apiVersion: API, kind: "ExecCredential", status }));
  const runs = (): readonly string[] => readFileSync(join(folder, "runs"), "utf8").trim().split("\n");
  const connecting = async (exec: object, options: Partial<ConnectionOptions> = {}): Promise<Connection> => {
    const plugin = {
      apiVersion: API,
      command: process.execPath,
      args: [join(folder, "plugin.cjs")],
      ...exec,
    };
    const file = join(folder, "kubeconfig");
    await writeFile(file, kubeconfigFor(through(weather), { exec: plugin }));
    const cluster = await connect({ ...nowhere, kubeconfig: file, ...options });
    clusters.push(cluster);
    return cluster;
  };

  test("sixteen first requests run the plugin once, and it is told what it needs", async () => {
    await answer({ token });
    const cluster = await connecting({
      provideClusterInfo: true,
      interactiveMode: "Never",
      env: [{ name: "EXTRA", value: "more" }],
    });
    const found = await Promise.all(Array.from({ length: 16 }, () => readObject(cluster, namespaceId)));
    expect(found.every((object) => object?.metadata.name === "default")).toBe(true);
    expect(runs()).toHaveLength(1);
    const [info = "", extra] = runs()[0]?.split(/ (?=more$)/) ?? [];
    expect(extra).toBe("more");
    expect(JSON.parse(info)).toMatchObject({
      apiVersion: API,
      kind: "ExecCredential",
      spec: {
        interactive: false,
        cluster: { server: weather.url, "certificate-authority-data": expect.any(String) },
      },
    });
  });

  test("after a 401 the plugin runs again, once for all who were refused, and a POST goes through", async () => {
    await answer({ token: "expired" });
    const cluster = await connecting({});
    await expect(readObject(cluster, namespaceId)).rejects.toMatchObject({ code: 401 });
    const before = runs().length;
    await answer({ token });
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    const post = {
      method: "POST",
      path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
      body: review,
    } as const;
    const answers = await Promise.all(Array.from({ length: 8 }, () => cluster.send(post)));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(runs().length - before).toBe(1);
  });

  test("an expired credential is fetched anew before it is used", async () => {
    let now = Date.parse("2026-01-01T00:00:00Z");
    const clock = { now: () => now, random: () => 0, sleep: async () => undefined };
    await answer({ token, expirationTimestamp: "2026-01-01T01:00:00Z" });
    const cluster = await connecting({}, { clock });
    await readObject(cluster, namespaceId);
    await readObject(cluster, namespaceId);
    expect(runs()).toHaveLength(1);
    now += 3_600_000;
    await answer({ token, expirationTimestamp: "2026-01-01T03:00:00Z" });
    await readObject(cluster, namespaceId);
    expect(runs()).toHaveLength(2);
  });

  test("a certificate of the plugin is shown to the server", async () => {
    const certificate = createServingCertificate(createAuthority("clients"), ["plugin-user"]);
    await answer({ token, clientCertificateData: certificate.certificate, clientKeyData: certificate.key });
    await readObject(await connecting({}), namespaceId);
    expect(weather.seen.at(-1)?.clientName).toBe("plugin-user");
  });

  test.each<[string, object, RegExp]>([
    ["is missing", { command: "no-such-plugin", installHint: "install it" }, /no-such-plugin was not found/],
    [
      "fails",
      { args: ["-e", "console.error('first'); console.error('sign in first'); process.exit(7)"] },
      /code 7: sign in first/,
    ],
    ["hangs", { args: ["-e", "setInterval(() => {}, 1000)"] }, /did not end within 0.5 s/],
    ["prints something else", { args: ["-e", `console.log("junk s3cr3t")`] }, /not JSON/],
    [
      "answers another version",
      { apiVersion: "client.authentication.k8s.io/v1beta1" },
      /did not print an ExecCredential/,
    ],
    ["speaks an old version", { apiVersion: "client.authentication.k8s.io/v1alpha1" }, /v1alpha1/],
    ["needs a terminal", { interactiveMode: "Always" }, /needs a terminal/],
  ])("a plugin that %s is an error without secrets", async (_name, exec, message) => {
    await answer({ token: "s3cr3t" });
    const cluster = await connecting(exec, {
      pluginTimeoutMs: "args" in exec && /setInterval/.test(String(exec.args)) ? 500 : 30_000,
    });
    const error = await readObject(cluster, namespaceId).then(
      () => expect.unreachable("it was read"),
      (problem: unknown) => problem,
    );
    expect(error).toMatchObject({ exitCode: 3, message: expect.stringMatching(message) });
    expect(String((error as Error).stack)).not.toContain("s3cr3t");
  });

  test("a plugin that gives no credential is an error", async () => {
    await answer({});
    await expect(readObject(await connecting({}), namespaceId)).rejects.toMatchObject({
      message: expect.stringContaining("neither a token nor a certificate"),
    });
  });

  test("an OpenID Connect token is sent while it is valid", async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const idToken = `${part({ alg: "none" })}.${part({ exp: Math.floor(Date.now() / 1000) + 3600 })}.signature`;
    const file = join(folder, "kubeconfig");
    const config = { "id-token": idToken, "client-id": "c", "idp-issuer-url": "https://idp.example.com" };
    await writeFile(file, kubeconfigFor(through(weather), { "auth-provider": { name: "oidc", config } }));
    const cluster = await connect({ ...nowhere, kubeconfig: file });
    const error = await readObject(cluster, namespaceId).catch((problem: unknown) => problem);
    expect(error).toMatchObject({ code: 401 });
    expect(String((error as Error).stack)).not.toContain(idToken);
    expect(weather.seen.at(-1)?.headers.authorization).toBe(`Bearer ${idToken}`);
    await cluster.close();
  });
});
