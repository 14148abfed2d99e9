import { access } from "node:fs/promises";
import { join } from "node:path";
import type { ConnectionOptions } from "../connection-options.ts";
import type { Selection } from "./select.ts";

/** Where a pod finds the token and the CA of its ServiceAccount. */
const ACCOUNT_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

/** What a pod knows of the cluster it runs in (kubernetes: client-go/rest/config.go, InClusterConfig); undefined outside. */
export async function inClusterTarget(options: ConnectionOptions): Promise<Selection | undefined> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = options.env;
  if (host === undefined || host === "" || port === undefined || port === "") return undefined;
  const folder = options.serviceAccountFolder ?? ACCOUNT_FOLDER;
  const tokenFile = join(folder, "token");
  if (!(await exists(tokenFile))) return undefined;
  return {
    context: "in-cluster",
    clusterName: "in-cluster",
    cluster: {
      server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
      insecureSkipTlsVerify: false,
      certificateAuthority: { file: join(folder, "ca.crt") },
      disableCompression: false,
    },
    userName: "service account of this pod",
    user: { tokenFile, asGroups: [], asExtra: {} },
  };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
