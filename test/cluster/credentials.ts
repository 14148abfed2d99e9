import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createAuthority, createKeyPair, createServingCertificate } from "./certificates.ts";

/** Who can log in with a token: the groups of each user. `admin` may do everything, the others nothing until granted. */
export const users = {
  admin: ["system:masters"],
  "operator-limited": [],
  "ordinary-user": [],
  developer: [],
  viewer: [],
} as const satisfies Record<string, readonly string[]>;
export type UserName = keyof typeof users;

/** The secrets of one control plane: files in its folder, and what a client needs. */
export interface Credentials {
  readonly authority: string;
  readonly tokens: Readonly<Record<UserName, string>>;
}

/** Writes certificates, keys and the token file of a control plane into its folder, readable by the owner only. */
export async function writeCredentials(folder: string): Promise<Credentials> {
  const authority = createAuthority("test-control-plane");
  const serving = createServingCertificate(authority, [
    "localhost",
    "127.0.0.1",
    "kubernetes.default.svc",
    "10.96.0.1",
  ]);
  const serviceAccounts = createKeyPair();
  const tokens = Object.fromEntries(
    Object.keys(users).map((user) => [user, randomBytes(24).toString("hex")]),
  );
  const files = {
    "ca.crt": authority.certificate,
    "ca.key": authority.key,
    "server.crt": serving.certificate,
    "server.key": serving.key,
    "service-accounts.pub": serviceAccounts.publicKey,
    "service-accounts.key": serviceAccounts.privateKey,
    "tokens.csv": tokenFile(tokens),
  };
  for (const [name, text] of Object.entries(files)) await writePrivately(join(folder, name), text);
  return { authority: authority.certificate, tokens: tokens as Record<UserName, string> };
}

// kubernetes.io/docs/reference/access-authn-authz/authentication, "Static token file": token,user,uid,"group,group"
function tokenFile(tokens: Record<string, string>): string {
  const lines = Object.entries(users).map(
    ([user, groups]) => `${tokens[user]},${user},${user},"${groups.join(",")}"`,
  );
  return `${lines.join("\n")}\n`;
}

/** Writes a kubeconfig for one user of the control plane. */
export async function writeKubeconfig(
  file: string,
  server: string,
  token: string,
  authority: string,
): Promise<void> {
  const name = "test";
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name, cluster: { server, "certificate-authority-data": Buffer.from(authority).toString("base64") } },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
  await writePrivately(file, `${JSON.stringify(config, undefined, 2)}\n`);
}

async function writePrivately(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
}
