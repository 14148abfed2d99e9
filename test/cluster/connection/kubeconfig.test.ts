import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { ConnectionOptions } from "../../../src/cluster/connection-options.ts";
import { connect } from "../../../src/cluster/connect.ts";
import { readObject } from "../../../src/cluster/read-object.ts";
import { serverVersion } from "../../../src/cluster/server-version.ts";
import { createAuthority } from "../certificates.ts";
import { testCluster } from "../test-cluster.ts";
import { nowhere, readKubeconfig } from "../weather.ts";

interface Config {
  current?: string;
  contexts?: Record<string, { cluster: string; user: string }>;
  clusters?: Record<string, Record<string, unknown>>;
  users?: Record<string, Record<string, unknown>>;
}

const SECRET = "s3cr3t-t0ken";

function configText({ current, contexts = {}, clusters = {}, users = {} }: Config): string {
  const list = (entries: object, field: string) =>
    Object.entries(entries).map(([name, entry]) => ({ name, [field]: entry }));
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    ...(current === undefined ? {} : { "current-context": current }),
    contexts: list(contexts, "context"),
    clusters: list(clusters, "cluster"),
    users: list(users, "user"),
  });
}

const simple = (server: string, name = "one"): Config => ({
  current: name,
  contexts: { [name]: { cluster: name, user: name } },
  clusters: { [name]: { server } },
  users: { [name]: { token: SECRET } },
});

describe("kubeconfig", () => {
  const { kubeconfig: real } = testCluster();
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "mtenant-kubeconfig-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const connecting = async (
    options: Partial<ConnectionOptions>,
  ): Promise<{ context: string; server: string }> => {
    const { context, server } = await connect({ ...nowhere, homeDir: folder, cwd: folder, ...options });
    return { context, server };
  };
  const refusal = (options: Partial<ConnectionOptions>): Promise<unknown> =>
    connecting(options).then(
      () => expect.unreachable("it connected"),
      (error: unknown) => error,
    );

  test("the file is searched as kubectl does: flag, KUBECONFIG, home, pod", async () => {
    await mkdir(join(folder, ".kube"));
    await write(".kube/config", configText(simple("https://home.example.com")));
    await write("env", configText(simple("https://env.example.com")));
    await write("flag", configText(simple("https://flag.example.com")));
    expect(await connecting({})).toMatchObject({ server: "https://home.example.com" });
    expect(await connecting({ env: { KUBECONFIG: "env" } })).toMatchObject({
      server: "https://env.example.com",
    });
    expect(await connecting({ env: { KUBECONFIG: "env" }, kubeconfig: "flag" })).toMatchObject({
      server: "https://flag.example.com",
    });
  });

  test("in a list the first file wins entry by entry, and missing files are passed over", async () => {
    const first = await write(
      "a",
      configText({ clusters: { one: { server: "https://first.example.com" } } }),
    );
    const second = await write("b", configText({ ...simple("https://second.example.com") }));
    const env = { KUBECONFIG: [first, join(folder, "missing"), second].join(delimiter) };
    expect(await connecting({ env })).toEqual({ context: "one", server: "https://first.example.com" });
  });

  test("no kubeconfig at all is said so", async () => {
    expect(await refusal({})).toMatchObject({ exitCode: 2, message: "there is no kubeconfig" });
  });

  test("a file that was named and does not exist is said so", async () => {
    expect(await refusal({ kubeconfig: "nope" })).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("nope"),
    });
    expect(await refusal({ env: { KUBECONFIG: "nope" } })).toMatchObject({ exitCode: 2 });
    expect(await refusal({ env: { KUBECONFIG: `nope${delimiter}neither` } })).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/nope, .*neither/),
    });
    expect(await refusal({ kubeconfig: folder })).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("EISDIR"),
    });
  });

  test.each(["", "null", "---\n"])("an empty kubeconfig (%j) is said so", async (text) => {
    expect(await refusal({ kubeconfig: await write("empty", text) })).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("empty kubeconfig"),
    });
  });

  test("without current-context, and with an unknown one, the contexts are listed", async () => {
    const { current: _, ...without } = simple("https://x.example.com");
    const file = await write("c", configText(without));
    expect(await refusal({ kubeconfig: file })).toMatchObject({
      exitCode: 2,
      hint: expect.stringContaining(": one"),
    });
    expect(await refusal({ kubeconfig: file, context: "two" })).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('no context called "two"'),
      hint: "there is: one",
    });
    expect(await connecting({ kubeconfig: file, context: "one" })).toMatchObject({ context: "one" });
  });

  test("context names a cluster or user that is missing", async () => {
    const broken = { ...simple("https://x.example.com"), users: {} };
    expect(await refusal({ kubeconfig: await write("c", configText(broken)) })).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('no user called "one"'),
    });
  });

  test("wrong types are named by field, and no value is shown", async () => {
    const texts = [
      `users:\n- name: u\n  user: {token: [${SECRET}]}`,
      `users:\n- name: u\n  user: ${SECRET}`,
      `users: {token: ${SECRET}`,
      `{"users": [{"name": "u", "user": {"token": "${SECRET}"`,
      `users:\n- name: u\n  user: {token: ${SECRET}}\n- name: u`,
      `users:\n- {name: u, user: {exec: {command: x, apiVersion: v1, interactiveMode: ${SECRET}}}}`,
    ];
    for (const text of texts) {
      const error = await refusal({ kubeconfig: await write("wrong", text) });
      expect(error).toMatchObject({ exitCode: 2 });
      expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain(SECRET);
    }
  });

  test("relative files belong to the kubeconfig's folder", async () => {
    const { server, ca, token } = readKubeconfig(real);
    await mkdir(join(folder, "sub"));
    await write("sub/ca.crt", ca);
    await write("sub/token", `${token}\n`);
    const config = { ...simple(server), clusters: { one: { server, "certificate-authority": "ca.crt" } } };
    const file = await write(
      "sub/config",
      configText({ ...config, users: { one: { token: SECRET, tokenFile: "token" } } }),
    );
    const cluster = await connect({ ...nowhere, kubeconfig: file });
    // The token file goes before the token, which the server would refuse.
    expect(
      await readObject(cluster, { group: "", kind: "Namespace", namespace: "", name: "default" }),
    ).toBeDefined();
    await cluster.close();
  });

  test("a token file that was renewed is read again after a 401", async () => {
    const { server, ca, token } = readKubeconfig(real);
    const tokenFile = await write("token", "expired");
    const authority = { "certificate-authority-data": Buffer.from(ca).toString("base64") };
    const config = {
      ...simple(server),
      clusters: { one: { server, ...authority } },
      users: { one: { tokenFile } },
    };
    const cluster = await connect({ ...nowhere, kubeconfig: await write("c", configText(config)) });
    const read = () => readObject(cluster, { group: "", kind: "Namespace", namespace: "", name: "default" });
    await expect(read()).rejects.toMatchObject({ code: 401 });
    await writeFile(tokenFile, token);
    expect(await read()).toBeDefined();
    await cluster.close();
  });

  test("a pod finds its own account", async () => {
    const { server, ca, token } = readKubeconfig(real);
    const { hostname, port } = new URL(server);
    await write("token", token);
    await write("ca.crt", ca);
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    const cluster = await connect({ ...nowhere, env, homeDir: folder, serviceAccountFolder: folder });
    expect(await serverVersion(cluster)).toMatchObject({ minor: 36 });
    expect(cluster.context).toBe("in-cluster");
    await cluster.close();
    expect(await refusal({ env, serviceAccountFolder: folder, context: "other" })).toMatchObject({
      exitCode: 2,
    });
  });

  test("an authority that did not sign the server's certificate is not trusted, unless told so", async () => {
    const { server, token } = readKubeconfig(real);
    const other = Buffer.from(createAuthority("other").certificate).toString("base64");
    const config = (cluster: object): string =>
      configText({ ...simple(server), clusters: { one: { server, ...cluster } }, users: { one: { token } } });
    const strict = await connect({
      ...nowhere,
      kubeconfig: await write("a", config({ "certificate-authority-data": other })),
    });
    await expect(serverVersion(strict)).rejects.toMatchObject({ details: { problem: "tls", sent: false } });
    expect(strict.warnings).toEqual([]);
    const lax = await connect({
      ...nowhere,
      kubeconfig: await write("b", config({ "insecure-skip-tls-verify": true })),
    });
    expect(await serverVersion(lax)).toMatchObject({ minor: 36 });
    expect(lax.warnings).toEqual([expect.stringContaining("insecure-skip-tls-verify")]);
    await lax.close();
  });

  test("a server name that the certificate does not have is not trusted", async () => {
    const { server, ca, token } = readKubeconfig(real);
    const named = (name: string): string =>
      configText({
        ...simple(server),
        clusters: {
          one: {
            server,
            "tls-server-name": name,
            "certificate-authority-data": Buffer.from(ca).toString("base64"),
          },
        },
        users: { one: { token } },
      });
    const wrong = await connect({ ...nowhere, kubeconfig: await write("a", named("other.example.com")) });
    await expect(serverVersion(wrong)).rejects.toMatchObject({ details: { problem: "tls" } });
    const right = await connect({
      ...nowhere,
      kubeconfig: await write("b", named("kubernetes.default.svc")),
    });
    expect(await serverVersion(right)).toMatchObject({ minor: 36 });
    await right.close();
  });

  test("what would give credentials away is refused", async () => {
    const file = await write("c", configText(simple("https://x.example.com")));
    expect(await refusal({ kubeconfig: file, env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } })).toMatchObject({
      exitCode: 2,
    });
    const open = await write("d", configText(simple("http://x.example.com")));
    expect(await refusal({ kubeconfig: open })).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("http://"),
    });
    const local = await connect({
      ...nowhere,
      kubeconfig: await write("e", configText(simple("http://127.0.0.1:1"))),
    });
    expect(local.warnings).toEqual([expect.stringContaining("not encrypted")]);
    const both = simple("https://x.example.com");
    const clusters = {
      one: { ...both.clusters?.one, "insecure-skip-tls-verify": true, "certificate-authority": "ca" },
    };
    expect(await refusal({ kubeconfig: await write("f", configText({ ...both, clusters })) })).toMatchObject({
      exitCode: 2,
    });
    expect(await refusal({ kubeconfig: file, asGroups: ["g"] })).toMatchObject({ exitCode: 2 });
  });

  test.each(["https://", "ftp://x", "https://user:pw@x", "https://x?y=z", "https://x:99999", "::::"])(
    "%s is no server",
    async (server) => {
      const file = await write("c", configText(simple(server)));
      expect(await refusal({ kubeconfig: file })).toMatchObject({ exitCode: 2 });
    },
  );

  test.each([
    ["https://[::1]:6443", "https://[::1]:6443"],
    ["https://rancher.example.com/k8s/clusters/c-1/", "https://rancher.example.com/k8s/clusters/c-1"],
    ["10.0.0.1:6443", "https://10.0.0.1:6443"],
  ])("%s is one", async (server, shown) => {
    const file = await write("c", configText(simple(server)));
    expect(await connecting({ kubeconfig: file })).toMatchObject({ server: shown });
  });
});
