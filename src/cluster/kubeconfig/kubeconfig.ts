/** A kubeconfig after reading and merging: entries by name, file paths absolute. */
export interface Kubeconfig {
  /** The files it was read from, for people. */
  readonly files: readonly string[];
  readonly currentContext: string;
  readonly contexts: ReadonlyMap<string, ContextEntry>;
  readonly clusters: ReadonlyMap<string, ClusterEntry>;
  readonly users: ReadonlyMap<string, UserEntry>;
}

/** A context of a kubeconfig: names of a cluster and of a user; "" where it names none. */
export interface ContextEntry {
  readonly cluster: string;
  readonly user: string;
}

/** A cluster of a kubeconfig (kubernetes: client-go/tools/clientcmd/api/v1/types.go, Cluster). */
export interface ClusterEntry {
  readonly server: string;
  readonly tlsServerName?: string | undefined;
  readonly insecureSkipTlsVerify: boolean;
  readonly certificateAuthority?: Material | undefined;
  readonly proxyUrl?: string | undefined;
  readonly disableCompression: boolean;
  /** The `client.authentication.k8s.io/exec` extension: what a credential plugin is given as `config`. */
  readonly execConfig?: unknown;
}

/** Either a file, by absolute path, or what is in it, decoded from base64. `file` loses where both are given. */
export type Material = { readonly file: string } | { readonly data: Buffer };

/** A user of a kubeconfig (kubernetes: client-go/tools/clientcmd/api/v1/types.go, AuthInfo). */
export interface UserEntry {
  readonly clientCertificate?: Material | undefined;
  readonly clientKey?: Material | undefined;
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly as?: string | undefined;
  readonly asUid?: string | undefined;
  readonly asGroups: readonly string[];
  readonly asExtra: Readonly<Record<string, readonly string[]>>;
  readonly exec?: ExecEntry | undefined;
  readonly authProvider?: AuthProviderEntry | undefined;
}

/** A credential plugin (client-go/pkg/apis/clientauthentication, ExecConfig). */
export interface ExecEntry {
  readonly apiVersion: string;
  /** An absolute path, or a bare name to look for in PATH. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: "Never" | "IfAvailable" | "Always";
}

/** The older way of credentials from elsewhere (client-go/tools/clientcmd/api/v1/types.go, AuthProviderConfig). */
export interface AuthProviderEntry {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}
