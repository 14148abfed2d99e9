import { ExitCode, ExpectedError } from "../../errors.ts";
import { Fields } from "./fields.ts";
import type { ClusterEntry, ContextEntry, Kubeconfig } from "./kubeconfig.ts";
import { material } from "./material.ts";
import { parseUser } from "./parse-user.ts";

/**
 * Reads one kubeconfig file's text (YAML or JSON). Relative paths in it are relative to the file's folder.
 * Throws ExpectedError (exit code 2) without ever showing a value of the file.
 */
export async function parseKubeconfig(text: string, file: string): Promise<Kubeconfig> {
  const document = new Fields(await parseText(text, file), file);
  return {
    files: [file],
    currentContext: document.text("current-context") ?? "",
    contexts: entries(document, "contexts", "context", file, parseContext),
    clusters: entries(document, "clusters", "cluster", file, (fields) => parseCluster(fields, file)),
    users: entries(document, "users", "user", file, (fields) => parseUser(fields, file)),
  };
}

async function parseText(text: string, file: string): Promise<unknown> {
  try {
    if (text.trimStart().startsWith("{")) return JSON.parse(text);
    const { parse } = await import("./yaml-parser.ts");
    return parse(text, { logLevel: "error" });
  } catch (error) {
    // The parsers quote the text around the error, which may be a key or a token: only the place is passed on.
    const place = /(?:at line|position) [\d, a-z]+/.exec((error as Error).message)?.[0];
    const where = place === undefined ? "" : ` (${place.trim()})`;
    throw new ExpectedError(ExitCode.usage, `${file} is neither valid YAML nor JSON${where}`);
  }
}

function entries<T>(
  document: Fields,
  list: string,
  field: string,
  file: string,
  parse: (fields: Fields) => T,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const [index, item] of document.list(list).entries()) {
    const entry = new Fields(item, `${file}: ${list}[${index}]`);
    const name = entry.text("name") ?? "";
    if (found.has(name)) {
      throw new ExpectedError(ExitCode.usage, `${file}: ${list} has two entries called "${name}"`);
    }
    found.set(name, parse(entry.map(field)));
  }
  return found;
}

function parseContext(fields: Fields): ContextEntry {
  return { cluster: fields.text("cluster") ?? "", user: fields.text("user") ?? "" };
}

function parseCluster(fields: Fields, file: string): ClusterEntry {
  return {
    server: fields.text("server") ?? "",
    tlsServerName: fields.text("tls-server-name"),
    insecureSkipTlsVerify: fields.truth("insecure-skip-tls-verify"),
    certificateAuthority: material(fields, "certificate-authority", file),
    proxyUrl: fields.text("proxy-url"),
    disableCompression: fields.truth("disable-compression"),
    execConfig: execExtension(fields),
  };
}

/** client-go/pkg/apis/clientauthentication, Cluster.Config: the extension with this one reserved name. */
function execExtension(fields: Fields): unknown {
  for (const item of fields.list("extensions")) {
    const extension = new Fields(item, fields.path("extensions"));
    if (extension.text("name") === "client.authentication.k8s.io/exec") return extension.raw("extension");
  }
  return undefined;
}
