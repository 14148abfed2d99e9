import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { connect as connectTcp } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connect } from "../../../src/cluster/connect.ts";
import type { Connection } from "../../../src/cluster/connection.ts";
import { serverVersion } from "../../../src/cluster/server-version.ts";
import { proxyFor } from "../../../src/cluster/transport/proxy-choice.ts";
import { testCluster } from "../test-cluster.ts";
import { kubeconfigFor, nowhere, readKubeconfig } from "../weather.ts";

describe("a server behind a proxy", () => {
  const { server, ca, token } = readKubeconfig(testCluster().kubeconfig);
  const port = new URL(server).port;
  const sockets: Socket[] = [];
  let proxy: Server;
  let proxyUrl: string;
  let asked: { readonly target: string | undefined; readonly authorization: string | undefined }[];
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "mtenant-proxy-"));
    proxy = createServer((_request, response) => response.writeHead(400).end());
    proxy.on("connect", (request: IncomingMessage, client: Socket) => {
      asked.push({ target: request.url, authorization: request.headers["proxy-authorization"] });
      if (request.url?.startsWith("refused.example.com")) return client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      // Every name leads to the real server: the proxy resolves it, not the client.
      const upstream = connectTcp(Number(port), "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        upstream.pipe(client).pipe(upstream);
      });
      sockets.push(
        client.on("error", () => undefined),
        upstream.on("error", () => undefined),
      );
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    proxyUrl = `http://me:p%40ss@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
    await rm(folder, { recursive: true });
  });

  const connecting = async (
    host: string,
    cluster: object,
    env: Record<string, string> = {},
  ): Promise<Connection> => {
    const file = join(folder, "kubeconfig");
    const trust = {
      "certificate-authority-data": Buffer.from(ca).toString("base64"),
      "tls-server-name": "kubernetes.default.svc",
    };
    await writeFile(
      file,
      kubeconfigFor({ server: `https://${host}:${port}`, ...trust, ...cluster }, { token }),
    );
    return connect({ ...nowhere, env, kubeconfig: file });
  };

  test.each([[{}], [{ DISABLE_HTTP2: "1" }]])(
    "proxy-url leads there, with its password (%j)",
    async (env) => {
      const cluster = await connecting("api.example.com", { "proxy-url": proxyUrl }, env);
      expect(await serverVersion(cluster)).toMatchObject({ minor: 36 });
      expect(asked).toEqual([
        {
          target: `api.example.com:${port}`,
          authorization: `Basic ${Buffer.from("me:p@ss").toString("base64")}`,
        },
      ]);
      await cluster.close();
    },
  );

  test("HTTPS_PROXY leads there too", async () => {
    const cluster = await connecting("api.example.com", {}, { HTTPS_PROXY: proxyUrl });
    expect(await serverVersion(cluster)).toMatchObject({ minor: 36 });
    expect(asked).toHaveLength(1);
    await cluster.close();
  });

  test("this machine is reached without the proxy of the environment", async () => {
    const cluster = await connecting("127.0.0.1", {}, { HTTPS_PROXY: proxyUrl });
    expect(await serverVersion(cluster)).toMatchObject({ minor: 36 });
    expect(asked).toEqual([]);
    await cluster.close();
  });

  test("a proxy that refuses is named, its password is not", async () => {
    const cluster = await connecting("refused.example.com", { "proxy-url": proxyUrl });
    const error = await serverVersion(cluster).catch((problem: unknown) => problem);
    expect(error).toMatchObject({
      details: { problem: "proxy", sent: false },
      message: expect.stringContaining("(403)"),
    });
    expect(String((error as Error).stack)).not.toMatch(/p%40ss|p@ss/);
  });

  test("a SOCKS proxy is refused", async () => {
    await expect(
      connecting("api.example.com", { "proxy-url": "socks5://127.0.0.1:1" }),
    ).rejects.toMatchObject({
      exitCode: 2,
      hint: expect.stringContaining("SOCKS"),
    });
  });

  test.each<[string, string, boolean]>([
    ["", "https://api.example.com", true],
    ["*", "https://api.example.com", false],
    ["example.com", "https://api.example.com", false],
    ["example.com", "https://badexample.com", true],
    [".example.com", "https://api.example.com", false],
    [".example.com", "https://example.com", true],
    ["example.com", "https://example.com", false],
    ["api.example.com:6443", "https://api.example.com:6443", false],
    ["api.example.com:443", "https://api.example.com:6443", true],
    ["10.0.0.0/8", "https://10.1.2.3:6443", false],
    ["10.0.0.0/8", "https://11.1.2.3:6443", true],
    ["fd00::/8", "https://[fd00::1]:6443", false],
    ["10.0.0.0/99", "https://10.1.2.3:6443", true],
    ["x, 10.1.2.3", "https://10.1.2.3:6443", false],
    ["", "https://localhost:6443", false],
    ["", "https://[::1]:6443", false],
  ])("NO_PROXY=%s: is %s proxied? %s", (list, url, proxied) => {
    const cluster = { server: url, insecureSkipTlsVerify: false, disableCompression: false };
    const found = proxyFor(cluster, new URL(url), { https_proxy: "proxy.example.com:3128", no_proxy: list });
    expect(found?.host).toBe(proxied ? "proxy.example.com:3128" : undefined);
  });
});
