import type { Fault } from "../cluster/weather.ts";

/** One thing that goes wrong with one request, and whether mtenant is to get over it by itself. */
export interface NamedFault {
  readonly name: string;
  readonly fault: Fault;
}

const json = "application/json";

function status(code: number, reason: string, message: string): string {
  return JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message });
}

function reply(code: number, body: string, headers: Record<string, string> = {}, type = json): Fault {
  return { reply: { status: code, type, headers, body } };
}

const tooMany = status(429, "TooManyRequests", "too many requests, please try again later");
const unavailable = status(503, "ServiceUnavailable", "the server is currently unable to handle the request");
const otherObject = JSON.stringify({
  kind: "ConfigMap",
  apiVersion: "v1",
  metadata: { name: "somebody-elses", namespace: "default", uid: "1", resourceVersion: "1" },
});

/** Passing weather: the same request, sent again, is answered. */
export const passing: readonly NamedFault[] = [
  { name: "a delay", fault: { delay: 1_500 } },
  { name: "a reset before the server saw the request", fault: { reset: "before" } },
  { name: "a reset after the server acted", fault: { reset: "after" } },
  { name: "an answer cut short", fault: { cutTo: 40 } },
  { name: "an empty body", fault: reply(200, "") },
  { name: "429 with Retry-After", fault: reply(429, tooMany, { "retry-after": "1" }) },
  { name: "429 without Retry-After", fault: reply(429, tooMany) },
  { name: "503 with Retry-After", fault: reply(503, unavailable, { "retry-after": "1" }) },
  { name: "503 without Retry-After", fault: reply(503, unavailable) },
  { name: "500 of a leader change", fault: reply(500, status(500, "", "etcdserver: leader changed")) },
  { name: "504 of a slow etcd", fault: reply(504, status(504, "Timeout", "request timed out")) },
  { name: "502 of a load balancer", fault: reply(502, "<html>bad gateway</html>", {}, "text/html") },
  { name: "a connection that the server closes in good order", fault: { goaway: true } },
];

/** Answers that are not a Kubernetes API server's, or that no second try would change. */
export const lasting: readonly NamedFault[] = [
  { name: "a web page with status 200", fault: reply(200, "<html>log in</html>", {}, "text/html") },
  { name: "a redirect", fault: reply(302, "", { location: "https://login.example.com/" }, "text/html") },
  { name: "another object than the one asked for", fault: reply(200, otherObject) },
  { name: "an expired credential", fault: reply(401, status(401, "Unauthorized", "Unauthorized")) },
  {
    name: "a request that is called too large",
    fault: reply(413, status(413, "RequestEntityTooLarge", "the request is too large")),
  },
  { name: "silence", fault: { silence: true } },
];
