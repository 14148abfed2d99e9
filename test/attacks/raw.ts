import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { type Person, refused, type Reply } from "./row.ts";

/**
 * A GET whose answer is a stream: a watch, or a connection that becomes a websocket. It is through as soon as the
 * server begins to answer, and is then cut off.
 */
export async function openStream(
  { kubeconfig, user }: Person,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const { server, authority, token } = await credentialsIn(kubeconfig);
  const text = `GET ${path}`;
  return new Promise((resolve, reject) => {
    const sent = request(`${server}${path}`, {
      ca: authority,
      agent: false,
      headers: { authorization: `Bearer ${token}`, accept: "application/json", ...headers },
    });
    const through = (code: number): void => {
      resolve({ request: text, through: true, code, message: "" });
      sent.destroy();
    };
    sent.once("error", reject);
    sent.once("upgrade", (response) => through(response.statusCode ?? 101));
    sent.once("response", (response) => {
      const code = response.statusCode ?? 0;
      if (code < 300) return through(code);
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("end", () =>
        resolve(refused(text, { code, message: messageOf(Buffer.concat(chunks).toString()) }, user)),
      );
    });
    sent.end();
  });
}

/** What a browser sends to open a websocket (RFC 6455), in the protocol that kubectl exec speaks. */
export const websocket: Readonly<Record<string, string>> = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": Buffer.from("a key of 16 byte").toString("base64"),
  "sec-websocket-protocol": "v5.channel.k8s.io",
};

async function credentialsIn(file: string): Promise<{ server: string; authority: string; token: string }> {
  const { clusters, users } = JSON.parse(await readFile(file, "utf8")) as {
    clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
    users: { user: { token: string } }[];
  };
  const [{ cluster } = { cluster: { server: "", "certificate-authority-data": "" } }] = clusters;
  const authority = Buffer.from(cluster["certificate-authority-data"], "base64").toString("utf8");
  return { server: cluster.server, authority, token: users[0]?.user.token ?? "" };
}

/** Of a Status; a proxied answer is plain text. */
function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body;
  } catch {
    return body;
  }
}
