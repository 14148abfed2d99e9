import { BlockList, isIP } from "node:net";
import { ExitCode, ExpectedError } from "../../errors.ts";
import type { ClusterEntry } from "../kubeconfig/kubeconfig.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a server: the cluster's `proxy-url`, else HTTPS_PROXY / HTTP_PROXY unless NO_PROXY names the server
 * (golang.org/x/net/http/httpproxy). Throws ExpectedError (exit code 2).
 */
export function proxyFor(cluster: ClusterEntry, server: URL, env: Environment): URL | undefined {
  if (cluster.proxyUrl !== undefined) return parseProxy(cluster.proxyUrl, "proxy-url");
  const name = server.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const fromEnv = env[name] ?? env[name.toLowerCase()] ?? "";
  const exempt = isLoopback(server.hostname) || isExempt(server, env.NO_PROXY ?? env.no_proxy ?? "");
  return fromEnv === "" || exempt ? undefined : parseProxy(fromEnv, name);
}

function parseProxy(text: string, where: string): URL {
  const full = text.includes("://") ? text : `http://${text}`;
  if (URL.canParse(full)) {
    const url = new URL(full);
    if (url.protocol === "http:" || url.protocol === "https:") return url;
  }
  throw new ExpectedError(
    ExitCode.usage,
    `${where} is not the address of an HTTP proxy, like http://HOST:PORT`,
    {
      hint: "SOCKS proxies are not supported",
    },
  );
}

/** Is it this machine? The environment's proxy is never asked for it, as in Go. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function isExempt(server: URL, list: string): boolean {
  const host = server.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const entries = list.split(",").map((entry) => entry.trim().toLowerCase());
  return entries.some((entry) => entry !== "" && matches(entry, host, server.port));
}

/** `*`, an address, a range, `example.com` (and below it), `.example.com` (below it only), each perhaps with a port. */
function matches(entry: string, host: string, port: string): boolean {
  if (entry === "*" || entry === host || entry === `${host}:${port}` || entry === `[${host}]:${port}`)
    return true;
  if (entry.includes("/")) return isInRange(entry, host);
  const [domain = "", wantedPort] = entry.split(":");
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const bare = domain.replace(/^\*?\./, "");
  return isIP(host) === 0 && bare !== "" && (host.endsWith(`.${bare}`) || host === domain);
}

function isInRange(range: string, host: string): boolean {
  const family = isIP(host);
  const [address = "", bits] = range.split("/");
  if (family === 0 || isIP(address) !== family) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const length = Number(bits);
  if (!Number.isInteger(length) || length < 0 || length > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(address, length, type);
  return list.check(host, type);
}
