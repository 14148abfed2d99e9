import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ApiError, ConnectionError } from "../../../src/cluster/api-error.ts";
import type { ApiRequest } from "../../../src/cluster/cluster.ts";
import { connect } from "../../../src/cluster/connect.ts";
import type { Connection } from "../../../src/cluster/connection.ts";
import { explainError } from "../../../src/cluster/explain-error.ts";
import { listObjects } from "../../../src/cluster/list-objects.ts";
import { readObject } from "../../../src/cluster/read-object.ts";
import { testCluster } from "../test-cluster.ts";
import type { Fault, Seen, Weather } from "../weather.ts";
import { kubeconfigFor, nowhere, readKubeconfig, startWeather, through } from "../weather.ts";

const namespace = "connection-weather";
const configMaps = `/api/v1/namespaces/${namespace}/configmaps`;
const id = { group: "", kind: "ConfigMap", namespace, name: "here" };

describe.each(["h2", "http/1.1"] as const)("bad weather over %s", (protocol) => {
  const { kubectl, kubeconfig } = testCluster();
  const { token } = readKubeconfig(kubeconfig);
  const kind = protocol === "h2" ? {} : { protocol };
  let weather: Weather;
  let folder: string;
  let cluster: Connection;
  let sleeps: number[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "mtenant-weather-"));
    await kubectl(["create", "namespace", namespace]);
    await kubectl(["create", "configmap", "here", "-n", namespace, "--from-literal=a=b"]);
  });

  afterAll(async () => {
    await kubectl(["delete", "namespace", namespace]);
    await rm(folder, { recursive: true });
  });

  beforeEach(async () => {
    weather = await startWeather(kubeconfig, { ...kind, port: fixedPort() });
    const file = join(folder, "kubeconfig.json");
    await writeFile(file, kubeconfigFor(through(weather), { token }));
    sleeps = [];
    const sleep = async (milliseconds: number): Promise<void> => {
      sleeps.push(milliseconds);
      await setTimeout(5);
    };
    const clock = { now: () => 0, random: () => 0.5, sleep };
    cluster = await connect({ ...nowhere, kubeconfig: file, requestTimeoutMs: 5_000, clock });
  });

  afterEach(async () => {
    await cluster.close();
    await weather.close();
  });

  /** The first requests meet these faults, the later ones none. */
  const faults = (...first: readonly Fault[]): void => {
    weather.forecast = (_seen, index) => first[index];
  };
  const always = (fault: Fault): void => {
    weather.forecast = () => fault;
  };
  const failure = (request: Promise<unknown>): Promise<unknown> =>
    request.then(
      () => expect.unreachable("the request succeeded"),
      (error: unknown) => error,
    );
  const post = (name: string): ApiRequest => ({
    method: "POST",
    path: configMaps,
    body: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: `${name}-${protocol.replace(/\W/g, "-")}` },
    },
  });

  test("the bytes on the wire are the object's JSON, and the headers are ours", async () => {
    const policy = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "wire", namespace, annotations: { text: 'ä€𝄞\u2028 \\ "' } },
      spec: {
        podSelector: {},
        ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80, protocol: "TCP" }] }],
      },
    };
    await cluster.send({
      method: "PATCH",
      path: `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies/wire`,
      query: { fieldManager: "mtenant", force: "true", fieldValidation: "Strict" },
      contentType: "application/apply-patch+yaml",
      body: policy,
    });
    expect(weather.seen[0]).toMatchObject({
      body: JSON.stringify(policy),
      httpVersion: protocol === "h2" ? "2.0" : "1.1",
      path: expect.stringMatching(/\?fieldManager=mtenant&force=true&fieldValidation=Strict$/),
      headers: {
        "content-type": "application/apply-patch+yaml",
        "user-agent": expect.stringMatching(/^mtenant\//),
        authorization: `Bearer ${token}`,
      },
    });
    const live = await readObject(cluster, {
      ...id,
      group: "networking.k8s.io",
      kind: "NetworkPolicy",
      name: "wire",
    });
    expect(live).toMatchObject({ spec: { ingress: policy.spec.ingress } });
  });

  test("many requests at once share connections and stay within the limit", async () => {
    const { limit } = cluster.inFlight;
    let most = 0;
    weather.forecast = () => {
      most = Math.max(most, cluster.inFlight.active);
      return undefined;
    };
    await Promise.all(Array.from({ length: 200 }, () => readObject(cluster, id)));
    expect(weather.seen).toHaveLength(200);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(limit);
    if (protocol === "h2") expect(weather.connections).toBe(1);
    else expect(weather.connections).toBeLessThanOrEqual(limit);
  });

  test("a long answer is compressed on the way and whole at the end", async () => {
    const roles = await listObjects(cluster, { group: "rbac.authorization.k8s.io", kind: "ClusterRole" });
    expect(roles.length).toBeGreaterThan(50);
    expect(weather.seen[0]?.headers["accept-encoding"]).toBe("gzip");
  });

  test.each<[string, Fault]>([
    ["a reset", { reset: "before" }],
    ["a cut answer", { cutTo: 40 }],
    ["503 with a web page", { reply: { status: 503, body: "<html>" } }],
    ["502 in plain text", { reply: { status: 502, type: "text/plain", body: "bad gateway" } }],
    ["500 of a leader change", { reply: status(500, "etcdserver: leader changed") }],
    [
      "429 of overload",
      {
        reply: {
          status: 429,
          type: "text/plain",
          body: "Too many requests",
          headers: { "retry-after": "1" },
        },
      },
    ],
  ])("a GET survives %s", async (_name, fault) => {
    faults(fault, fault);
    await readObject(cluster, id);
    expect(await readObject(cluster, id)).toMatchObject({ data: { a: "b" } });
    expect(weather.seen).toHaveLength(4);
  });

  const goodbye = async (): Promise<void> => {
    weather.forecast = (_seen, index) => (index === 5 ? { goaway: true } : undefined);
    await Promise.all(Array.from({ length: 60 }, () => readObject(cluster, id)));
    await readObject(cluster, id);
    expect(weather.connections).toBe(2);
  };
  // HTTP/1.1 has no GOAWAY.
  if (protocol === "h2")
    test("a server that says goodbye gets a new connection for what comes next", goodbye);

  test("a hundred reads survive when the line breaks in the middle of them", async () => {
    weather.forecast = (_seen, index) => (index === 30 || index === 60 ? { reset: "before" } : undefined);
    const found = await Promise.all(Array.from({ length: 100 }, () => readObject(cluster, id)));
    expect(found.every((object) => object?.metadata.name === "here")).toBe(true);
    expect(weather.seen.length).toBeGreaterThan(100);
    expect(cluster.inFlight.active).toBe(0);
  });

  test("a server that restarts is waited for", async () => {
    await readObject(cluster, id);
    const port = Number(new URL(weather.url).port);
    await weather.close();
    const request = readObject(cluster, id);
    // More refused tries than a server that never answered would get.
    await expect.poll(() => sleeps.length).toBeGreaterThan(8);
    weather = await startWeather(kubeconfig, { ...kind, port, signedBy: weather.authority });
    expect(await request).toMatchObject({ data: { a: "b" } });
  });

  test("a server that stays away is given up after six tries", async () => {
    always({ reset: "before" });
    expect(await failure(readObject(cluster, id))).toMatchObject({ details: { problem: "reset" } });
    expect(weather.seen).toHaveLength(6);
    expect(sleeps).toEqual([50, 100, 200, 400, 800]);
  });

  test("Retry-After is obeyed, and not beyond its cap", async () => {
    const wait = (seconds: string): Fault => ({
      reply: { ...status(429, "busy"), headers: { "retry-after": seconds } },
    });
    faults(wait("3"), wait("3600"));
    await readObject(cluster, id);
    expect(sleeps).toEqual([3_050, 30_100]);
  });

  test("a POST is not sent twice when it may have arrived", async () => {
    faults({ reset: "after" });
    expect(await failure(cluster.send(post("once")))).toMatchObject({
      details: { problem: "reset", sent: true },
    });
    expect(weather.seen).toHaveLength(1);
    faults({ reply: status(503, "stopping") });
    expect(await failure(cluster.send(post("twice")))).toMatchObject({ code: 503 });
    expect(weather.seen).toHaveLength(2);
  });

  test("a POST that the server did not look at is sent again", async () => {
    faults({ reply: status(429, "busy") });
    expect(await cluster.send(post("again"))).toMatchObject({ status: 201 });
    expect(weather.seen).toHaveLength(2);
  });

  test("an apply that says it may be repeated is, even when it arrived", async () => {
    faults({ reset: "after" });
    const answer = await cluster.send({
      method: "PATCH",
      path: `${configMaps}/repeated`,
      query: { fieldManager: "mtenant" },
      contentType: "application/apply-patch+yaml",
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "repeated", namespace } },
      repeatable: true,
    });
    expect(answer.status).toBe(200);
  });

  test("an object that does not fit the schema is not sent again, and is our mistake", async () => {
    const error = await failure(
      cluster.send({
        method: "PATCH",
        path: `${configMaps}/wrong`,
        query: { fieldManager: "mtenant" },
        contentType: "application/apply-patch+yaml",
        body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "wrong", namespace }, nosuch: 1 },
        repeatable: true,
      }),
    );
    expect(error).toMatchObject({ code: 500 });
    expect(weather.seen).toHaveLength(1);
    expect(explainError(error, cluster, "apply it")).toMatchObject({ exitCode: 70 });
  });

  test.each<[string, Fault, string, RegExp]>([
    [
      "a web page",
      { reply: { status: 200, body: "<html><title>Sign in</title>" } },
      "foreign",
      /web page \("Sign in"\)/,
    ],
    ["a 404 that is a web page", { reply: { status: 404, body: "<html>" } }, "foreign", /web page/],
    [
      "JSON that is no object",
      { reply: { status: 200, type: "application/json", body: "null" } },
      "foreign",
      /no Kubernetes object/,
    ],
    [
      "a redirect",
      { reply: { status: 302, headers: { location: "https://evil.example.com/?state=secret" } } },
      "redirect",
      /evil\.example\.com /,
    ],
    [
      "another object",
      {
        reply: {
          status: 200,
          type: "application/json",
          body: '{"kind":"Secret","apiVersion":"v1","metadata":{"name":"here"}}',
        },
      },
      "foreign",
      /asked for ConfigMap here, the answer is Secret here/,
    ],
    ["an empty answer", { reply: { status: 200, type: "application/json" } }, "truncated", /cut off/],
  ])("%s is an error that says what came", async (_name, fault, problem, message) => {
    always(fault);
    const error = await failure(readObject(cluster, id));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ details: { problem }, message: expect.stringMatching(message) });
    expect((error as Error).message).not.toContain("secret");
    expect(explainError(error, cluster, "read it")).toMatchObject({ exitCode: 3 });
  });

  test("a server that never answers is given up, and the next request gets a new connection", async () => {
    const impatient = await connect({
      ...nowhere,
      kubeconfig: join(folder, "kubeconfig.json"),
      requestTimeoutMs: 300,
    });
    faults({ silence: true });
    expect(await failure(readObject(impatient, id))).toMatchObject({ details: { problem: "timeout" } });
    expect(weather.seen).toHaveLength(1);
    expect(await readObject(impatient, id)).toBeDefined();
    expect(weather.connections).toBe(2);
    await impatient.close();
  });

  test("a request that is called off ends at once as interrupted", async () => {
    always({ silence: true });
    const controller = new AbortController();
    const request = failure(readObject(cluster, id, controller.signal));
    await expect.poll(() => weather.seen.length).toBe(1);
    controller.abort();
    const error = await request;
    expect(error).toMatchObject({ details: { problem: "aborted" } });
    expect(explainError(error, cluster, "read it")).toMatchObject({ exitCode: 130 });
  });

  test("an expired page starts the list again", async () => {
    const names = Array.from({ length: 3 }, (_, index) => `page-${index}`);
    for (const name of names)
      await kubectl(["create", "configmap", name, "-n", namespace]).catch(() => undefined);
    const pages = (seen: Seen): boolean => seen.path.includes("continue=");
    const small = {
      ...cluster,
      send: (request: ApiRequest) => cluster.send({ ...request, query: { ...request.query, limit: "2" } }),
    };
    let expired = false;
    weather.forecast = (seen) => {
      if (!pages(seen) || expired) return undefined;
      expired = true;
      return { reply: status(410, "The provided continue parameter is too old", "Expired") };
    };
    const found = await listObjects(small as never, { group: "", kind: "ConfigMap" }, { namespace });
    const all = found.map(({ metadata }) => metadata.name);
    expect(expired).toBe(true);
    expect(all).toEqual(expect.arrayContaining(names));
    expect(new Set(all).size).toBe(all.length);
  });

  test("errors never show credentials", async () => {
    const errors: unknown[] = [];
    for (const fault of [
      { reply: status(401, "Unauthorized") },
      { reply: { status: 400, body: `<html>${token}` } },
      { cutTo: 10 },
      { reset: "before" },
    ] as const) {
      always(fault);
      errors.push(await failure(readObject(cluster, id)));
    }
    for (const error of errors) {
      const shown = explainError(error, cluster, "read it");
      expect(describeFully(error)).not.toContain(token);
      expect(describeFully(shown)).not.toContain(token);
    }
    expect(errors[0]).toBeInstanceOf(ApiError);
  });
});

/** Below the range that systems give away by themselves, so that nobody takes it while a server restarts. */
function fixedPort(): number {
  return 20_000 + Math.floor(Math.random() * 10_000);
}

function status(code: number, message: string, reason = ""): { status: number; type: string; body: string } {
  const body = { kind: "Status", apiVersion: "v1", status: "Failure", message, reason, code };
  return { status: code, type: "application/json", body: JSON.stringify(body) };
}

/** Everything an error has, its causes included. */
function describeFully(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? "";
  return [error.stack, error.message, JSON.stringify(error), describeFully(error.cause)].join("\n");
}
