import { ConnectionError } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";

/** What the server says it is. */
export interface ServerVersion {
  /** The minor of Kubernetes 1.x. */
  readonly minor: number;
  /** `v1.36.3`, with a vendor's suffix. */
  readonly gitVersion: string;
}

/** Asks for /version, which everybody may. Throws ApiError, ConnectionError. */
export async function serverVersion(cluster: Cluster, signal?: AbortSignal): Promise<ServerVersion> {
  const { body } = await cluster.send({ method: "GET", path: "/version", ...(signal ? { signal } : {}) });
  const { major, minor, gitVersion } = body as Partial<Record<string, unknown>>;
  // Vendors write `27+`.
  const digits = /^(\d+)\+?$/.exec(String(minor))?.[1];
  if (major === "1" && digits !== undefined && typeof gitVersion === "string") {
    return { minor: Number(digits), gitVersion };
  }
  const message = "the answer says no Kubernetes version that mtenant understands";
  throw new ConnectionError("GET /version", message, undefined, { problem: "foreign", sent: true });
}
