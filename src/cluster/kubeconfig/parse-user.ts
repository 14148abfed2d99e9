import { ExitCode, ExpectedError } from "../../errors.ts";
import { Fields } from "./fields.ts";
import type { AuthProviderEntry, ExecEntry, UserEntry } from "./kubeconfig.ts";
import { besideFile, material } from "./material.ts";

/** Reads one `user` of a kubeconfig file. Throws ExpectedError (exit code 2). */
export function parseUser(fields: Fields, file: string): UserEntry {
  const tokenFile = fields.text("tokenFile");
  return {
    clientCertificate: material(fields, "client-certificate", file),
    clientKey: material(fields, "client-key", file),
    token: fields.text("token"),
    tokenFile: tokenFile === undefined ? undefined : besideFile(tokenFile, file),
    username: fields.text("username"),
    password: fields.text("password"),
    as: fields.text("as"),
    asUid: fields.text("as-uid"),
    asGroups: fields.texts("as-groups"),
    asExtra: extra(fields),
    exec: fields.has("exec") ? parseExec(fields.map("exec"), file) : undefined,
    authProvider: fields.has("auth-provider") ? parseAuthProvider(fields.map("auth-provider")) : undefined,
  };
}

function extra(fields: Fields): Readonly<Record<string, readonly string[]>> {
  const map = fields.map("as-user-extra");
  return Object.fromEntries(map.names().map((name) => [name, map.texts(name)]));
}

function parseExec(fields: Fields, file: string): ExecEntry {
  const command = required(fields, "command");
  return {
    apiVersion: required(fields, "apiVersion"),
    // A bare name is looked for in PATH; everything with a slash belongs to the file's folder.
    command: /[/\\]/.test(command) ? besideFile(command, file) : command,
    args: fields.texts("args"),
    env: pluginEnvironment(fields),
    installHint: fields.text("installHint") ?? "",
    provideClusterInfo: fields.truth("provideClusterInfo"),
    interactiveMode: interactiveMode(fields),
  };
}

function pluginEnvironment(fields: Fields): Readonly<Record<string, string>> {
  const variables = fields.list("env").map((item) => new Fields(item, fields.path("env")));
  return Object.fromEntries(
    variables.map((variable) => [required(variable, "name"), variable.text("value") ?? ""]),
  );
}

/** Absent means IfAvailable, which is what v1beta1 had (client-go/tools/clientcmd/api/v1/defaults.go). */
function interactiveMode(fields: Fields): ExecEntry["interactiveMode"] {
  const mode = fields.text("interactiveMode") ?? "IfAvailable";
  if (mode === "Never" || mode === "IfAvailable" || mode === "Always") return mode;
  throw new ExpectedError(
    ExitCode.usage,
    `${fields.path("interactiveMode")} must be Never, IfAvailable or Always`,
  );
}

function parseAuthProvider(fields: Fields): AuthProviderEntry {
  const config = fields.map("config");
  const settings = config.names().map((name) => [name, config.text(name) ?? ""] as const);
  return { name: required(fields, "name"), config: Object.fromEntries(settings) };
}

function required(fields: Fields, name: string): string {
  const value = fields.text(name);
  if (value === undefined) throw new ExpectedError(ExitCode.usage, `${fields.path(name)} is missing`);
  return value;
}
