import { isIP } from "node:net";
import { ExitCode, ExpectedError } from "../../errors.ts";
import type { ClusterEntry } from "../kubeconfig/kubeconfig.ts";
import { proxyFor } from "./proxy-choice.ts";

/** Where the server is and how to get there. */
export interface Endpoint {
  readonly tls: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** As in the Host header. */
  readonly authority: string;
  /** What stands before `/api`, without a slash at the end: "" or `/k8s/clusters/c-1`. */
  readonly basePath: string;
  /** Without path and credentials, for people. */
  readonly url: string;
  /** The name in the server's certificate; absent: the address itself is looked for. */
  readonly serverName: string | undefined;
  readonly proxy: URL | undefined;
}

/** Reads a cluster's `server`, `tls-server-name` and `proxy-url`. Throws ExpectedError (exit code 2). */
export function endpointOf(
  cluster: ClusterEntry,
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Endpoint {
  const url = parseServer(cluster.server, name);
  const tls = url.protocol === "https:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return {
    tls,
    host,
    port: url.port === "" ? (tls ? 443 : 80) : Number(url.port),
    authority: url.host,
    basePath: url.pathname.replace(/\/+$/, ""),
    url: `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, "")}`,
    serverName: cluster.tlsServerName ?? (isIP(host) === 0 ? host : undefined),
    proxy: proxyFor(cluster, url, env),
  };
}

function parseServer(server: string, name: string): URL {
  if (server === "") throw new ExpectedError(ExitCode.usage, `cluster "${name}" has no server`);
  const text = server.includes("://") ? server : `https://${server}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const usable =
    url !== undefined && ["http:", "https:"].includes(url.protocol) && url.search === "" && url.hash === "";
  if (!usable || url.username !== "" || url.password !== "") {
    throw new ExpectedError(
      ExitCode.usage,
      `the server of cluster "${name}" is not an address like https://HOST:PORT`,
    );
  }
  return url;
}
