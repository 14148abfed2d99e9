import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiRequest } from "../../../src/cluster/cluster.ts";
import { connect } from "../../../src/cluster/connect.ts";
import type { Connection } from "../../../src/cluster/connection.ts";
import { explainError } from "../../../src/cluster/explain-error.ts";
import { readObject } from "../../../src/cluster/read-object.ts";
import { serverVersion } from "../../../src/cluster/server-version.ts";
import { createAuthority, createServingCertificate } from "../certificates.ts";
import { testCluster } from "../test-cluster.ts";
import { kubeconfigFor, nowhere, readKubeconfig, startWeather, through } from "../weather.ts";

const namespace = "connection-errors";

describe("errors in people's words", () => {
  const { kubectl, kubeconfig, kubeconfigs } = testCluster();
  const { server, ca, token } = readKubeconfig(kubeconfig);
  const trust = { "certificate-authority-data": Buffer.from(ca).toString("base64") };
  const patient = { now: () => 0, random: () => 0, sleep: async () => undefined };
  let folder: string;
  let admin: Connection;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "mtenant-errors-"));
    admin = await connect({ ...nowhere, kubeconfig });
    await kubectl(["create", "namespace", namespace]);
  });
  afterAll(async () => {
    await kubectl(["delete", "namespace", namespace, "--wait=false"]);
    await admin.close();
    await rm(folder, { recursive: true });
  });

  const connecting = async (cluster: object, user: object): Promise<Connection> => {
    const file = join(folder, `kubeconfig-${Math.random()}`);
    await writeFile(file, kubeconfigFor({ server, ...trust, ...cluster }, { token, ...user }));
    return connect({ ...nowhere, kubeconfig: file, clock: patient });
  };
  const explained = async (cluster: Connection, request: Promise<unknown>): Promise<unknown> =>
    request.then(
      () => expect.unreachable("the request succeeded"),
      (error: unknown) => explainError(error, cluster, "do it"),
    );
  const create = (object: object): ApiRequest => ({
    method: "POST",
    path: `/api/v1/namespaces/${namespace}/configmaps`,
    body: { apiVersion: "v1", kind: "ConfigMap", ...object },
  });
  const other = { group: "", kind: "Secret", namespace, name: "x" };

  test("401 says that the credentials of the context are not accepted", async () => {
    const cluster = await connecting({}, { token: "expired" });
    expect(await explained(cluster, readObject(cluster, other))).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('does not accept the credentials of context "stormy"'),
      hint: expect.stringContaining("expired"),
    });
  });

  test("403 says which right is missing", async () => {
    const limited = await connect({ ...nowhere, kubeconfig: kubeconfigs["ordinary-user"] });
    expect(await explained(limited, readObject(limited, other))).toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/cannot get resource "secrets".* in the namespace "connection-errors"/),
    });
    await limited.close();
  });

  test("422 names the fields", async () => {
    expect(
      await explained(admin, admin.send(create({ metadata: { name: "A" }, data: { "a/b": "" } }))),
    ).toMatchObject({
      exitCode: 3,
      problems: expect.arrayContaining([expect.objectContaining({ where: "metadata.name" })]),
    });
  });

  test("409 says that somebody else was first", async () => {
    await admin.send(create({ metadata: { name: "twice" } }));
    expect(await explained(admin, admin.send(create({ metadata: { name: "twice" } })))).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining("already exists"),
    });
  });

  test("a quota that is full is said as the server says it", async () => {
    await kubectl(["create", "quota", "none", "-n", namespace, "--hard=count/secrets=0"]);
    await expect
      .poll(
        async () =>
          (await kubectl(["get", "quota", "none", "-n", namespace, "-o", "jsonpath={.status.hard}"])).stdout,
      )
      .not.toBe("");
    const secret = {
      ...create({}),
      path: `/api/v1/namespaces/${namespace}/secrets`,
      body: { apiVersion: "v1", kind: "Secret", metadata: { name: "x" } },
    };
    expect(await explained(admin, admin.send(secret))).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining("exceeded quota: none"),
    });
  });

  test("a port that nobody listens on is unreachable, after six tries", async () => {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as AddressInfo;
    await new Promise((resolve) => listener.close(resolve));
    const cluster = await connecting({ server: `https://127.0.0.1:${port}` }, {});
    expect(await explained(cluster, serverVersion(cluster))).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(`127.0.0.1:${port} refuses connections`),
    });
  });

  test("a name that does not exist is unreachable", async () => {
    const cluster = await connecting({ server: "https://nobody.invalid:6443" }, {});
    expect(await explained(cluster, serverVersion(cluster))).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining("the name nobody.invalid is not known"),
    });
  });

  test("a server that does not speak TLS is said so", async () => {
    const listener = createServer((socket) => socket.on("error", () => undefined).end("hello"));
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const cluster = await connecting(
      { server: `https://127.0.0.1:${(listener.address() as AddressInfo).port}` },
      {},
    );
    expect(await explained(cluster, serverVersion(cluster))).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining("it does not speak TLS"),
    });
    listener.close();
  });

  test("a key that does not belong to its certificate is said, not shown", async () => {
    const authority = createAuthority("clients");
    const [one, two] = [
      createServingCertificate(authority, ["one"]),
      createServingCertificate(authority, ["two"]),
    ];
    const base64 = (text: string): string => Buffer.from(text).toString("base64");
    const user = { "client-certificate-data": base64(one.certificate), "client-key-data": base64(two.key) };
    const cluster = await connecting({}, user);
    const error = await explained(cluster, serverVersion(cluster));
    expect(error).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("does not belong to its client-certificate"),
    });
    expect(String((error as Error).stack)).not.toContain("PRIVATE KEY");
  });

  test("a client certificate is shown to the server, below a base path, by IPv4 or name", async () => {
    const weather = await startWeather(kubeconfig);
    const one = createServingCertificate(createAuthority("clients"), ["jane"]);
    await writeFile(join(folder, "cert.pem"), one.certificate);
    await writeFile(join(folder, "key.pem"), one.key);
    const user = { "client-certificate": "cert.pem", "client-key": "key.pem" };
    const base = {
      ...through(weather),
      server: `${weather.url.replace("127.0.0.1", "localhost")}/k8s/clusters/c-1/`,
    };
    const cluster = await connecting(base, user);
    await serverVersion(cluster).catch(() => undefined);
    expect(weather.seen[0]).toMatchObject({ clientName: "jane", path: "/k8s/clusters/c-1/version" });
    await cluster.close();
    await weather.close();
  });

  test("a bug is not explained away", () => {
    expect(() => explainError(new TypeError("bug"), admin, "do it")).toThrow(TypeError);
  });
});
