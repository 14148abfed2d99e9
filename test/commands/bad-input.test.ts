import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CommandResult, run } from "../cluster/kubectl.ts";
import { kubeconfigFor } from "../cluster/weather.ts";
import { tenantText } from "../tenant/spec.ts";
import { inProcess } from "./in-process.ts";

let folder: string;
let kubeconfig: string;

beforeAll(async () => {
  // Nobody listens there: what is refused before anybody is asked never comes to that.
  kubeconfig = join(await mkdtemp(join(tmpdir(), "mtenant-nobody-")), "kubeconfig");
  const text = kubeconfigFor({ server: "https://127.0.0.1:1" }, { token: "t" });
  await writeFile(kubeconfig, text, { mode: 0o600 });
});
afterAll(() => rm(dirname(kubeconfig), { recursive: true, force: true }));
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mtenant-bad-"));
  await writeFile(join(folder, "ok.yaml"), tenantText("ok"));
  execFileSync("mkfifo", [join(folder, "fifo")]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const mtenant = (args: readonly string[], input = ""): Promise<CommandResult> =>
  run(process.execPath, ["bin/mtenant.js", ...args], input, { PATH: process.env.PATH, HOME: "/nonexistent" });

function expectRefused({ code, stdout, stderr }: CommandResult, reason: RegExp): void {
  expect(stderr).toMatch(reason);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).not.toMatch(/^\s+at /m); // a stack trace
  // oxlint-disable-next-line no-control-regex -- nothing that steers a terminal gets out
  expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
}

const ESC = "\u001b[31m";

test.for([
  [["", "--nodes", "Shared"], /NAME: .*must not be empty/],
  [[".", "--nodes", "Shared"], /NAME/],
  [["../up", "--nodes", "Shared"], /NAME/],
  [["a\nkind: Pod", "--nodes", "Shared"], /NAME: .*"a\\nkind: Pod"/],
  [[`a${ESC}`, "--nodes", "Shared"], /NAME: .*\\u001b/],
  [["p\u0430y", "--nodes", "Shared"], /NAME/],
  [["kube-system", "--nodes", "Shared"], /NAME: .*kept for the cluster/],
  [["t".repeat(50), "--nodes", "Shared"], /NAME: .*at most 49/],
  [["__proto__", "--nodes", "Shared"], /NAME/],
  [["--", "--help", "--nodes"], /too many arguments/],
  [["--", "--help"], /NAME: .*"--help"/],
  [["-x", "--nodes", "Shared"], /unknown option/],
  [["x", `--${ESC}`], /unknown option '--\\u001b/],
  [["x", "--nodes="], /--nodes/],
  [["x", "--nodes", `Shared${ESC}`], /--nodes/],
  [["x", "--nodes", "Shared", "--nodes", "Dedicated"], /--nodes.*given twice, first as "Shared"/],
  [["x", "--size", "small", "--size", "small", "--nodes", "Shared"], /--size.*given twice/],
  [["x", "--nodes", "Shared", "--owner-group", ""], /--owner-group: .*empty/],
  [["x", "--nodes", "Shared", "--owner-group", "--output"], /--owner-group.*its value is missing/],
  [["x", "--nodes", "Shared", "--owner-group", `g${ESC}`], /--owner-group/],
  [["x", "--nodes", "Shared", "--owner-user", "a\nb"], /--owner-user/],
  [["x", "--nodes", "Shared", "--namespace", `n${ESC}`], /--namespace/],
  [["x", "--nodes", "Shared", "--namespace", "n".repeat(64)], /--namespace: .*64 characters/],
  [["x", "--nodes", "Shared", "--size", `s${ESC}`], /--size/],
  [["x", "--nodes", "Shared", "--class", `c${ESC}`], /--class/],
  [["x", "--nodes", "Shared", "--class", "c"], /--class: .*give the one that holds it with -f/],
  [["x", "--node", `n${ESC}`], /--node/],
  [["x", "--node-selector", `a=b${ESC}`], /--node-selector/],
  [["x", "--node-selector", "__proto__=a"], /--node-selector/],
  [["x", "--nodes", "Shared", "--runtime-class", `r${ESC}`], /--runtime-class/],
  [["x", "--nodes", "Shared", "--output", `y${ESC}`], /--output.*\\u001b/],
  [["x", "--nodes", "Shared", "--output-dir", ""], /output folder has no name/],
  [["x", "--nodes", "Shared", "--kubernetes", `1${ESC}`], /--kubernetes/],
  [["x", "--nodes", "Shared", "--templates", `no${ESC}`], /\\u001b.*does not exist/],
  [["x", "--nodes", "Shared", "--cluster-profile", `no${ESC}`], /cannot read no\\u001b.*no such file/],
  [["x", "--nodes", "Shared", "--request-timeout", "99999999999"], /not a duration/],
  [["x", "--nodes", "Shared", "--request-timeout", "999999h"], /too long/],
  [["-f", "FOLDER/ok.yaml", "--nodes", "Shared"], /exclude each other: --nodes/],
  [["other", "-f", "FOLDER/ok.yaml"], /no tenant "other" in .*\n.*ok/],
  [["-f", "FOLDER/ok.yaml", "-f", "FOLDER/./ok.yaml"], /ok\.yaml:3:18: .*already, at .*ok\.yaml:3:18/],
  [["-f", `FOLDER/no${ESC}.yaml`], /no\\u001b.*no such file/],
  [["-f", "FOLDER/fifo"], /not a regular file/],
  [["-f", "/dev/zero"], /not a regular file/],
  [["-f", ""], /no path/],
  [["-f", "-"], /stdin: it is empty/],
] as const)("render %j is refused", async ([args, reason]) => {
  expectRefused(await mtenant(["render", ...args.map((arg) => arg.replace("FOLDER", folder))]), reason);
  expect((await readdir(folder)).sort()).toEqual(["fifo", "ok.yaml"]);
});

test("the twin of them all: a plain name, plain flags and a plain file are rendered", async () => {
  const flags = ["--nodes", "Shared", "--owner-group", "a group", "--size", "small"];
  expect((await mtenant(["render", "x", ...flags])).code).toBe(0);
  expect((await mtenant(["render", "-f", join(folder, "ok.yaml"), "-f", join(folder, "ok.yaml")])).code).toBe(
    0,
  );
  expect((await mtenant(["render", "-f", "-"], tenantText("piped"))).stdout).toContain("piped");
});

test.for([
  ["an alias bomb", `a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n`, /stdin:1:7: .*anchors/],
  ["repeated keys", tenantText("a", "nodes: {mode: Shared}\nnodes: {mode: Shared}"), /stdin:6:3: .*unique/],
  [
    "__proto__",
    tenantText("a", "nodes: {mode: Shared, __proto__: {x: y}}"),
    /stdin:5:25: .*"__proto__" is not allowed/,
  ],
  ["constructor", tenantText("a", undefined, ", labels: {constructor: x}"), /stdin:3:\d+: .*"constructor"/],
  ["more than 1 MiB", `#${"x".repeat(1024 * 1024)}`, /larger than 1 MiB/],
  ["nothing but spaces", " \n", /stdin: it is empty/],
  ["NUL", "kind: \u0000", /U\+0000/],
  ["a noncharacter", "kind: \ufffe", /U\+FFFE/],
  [
    "templates in values",
    tenantText("a", "nodes: {mode: <mode>}"),
    /spec\.nodes\.mode: "<mode>" is not one of/,
  ],
] as const)("stdin with %s is refused", async ([, text, reason]) => {
  expectRefused(await mtenant(["render", "-f", "-"], text), reason);
});

test("a byte order mark and CRLF are harmless", async () => {
  const text = `\ufeff${tenantText("a").replaceAll("\n", "\r\n")}`;
  expect((await mtenant(["render", "-f", "-"], text)).code).toBe(0);
});

test("a closed stdin is refused, and no wait for it", async () => {
  const child = spawn("/bin/sh", ["-c", 'exec "$0" bin/mtenant.js render -f - <&-', process.execPath], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(stderr).toMatch(/stdin/);
  expect(code).toBe(2);
});

test.for([
  "10.0.0.1/8",
  "10.0.0.0/33",
  "10.0.0.0",
  "10.0.0/8",
  "010.0.0.0/8",
  "0x0a.0.0.0/8",
  "10.0.0.0/08",
  "256.0.0.0/8",
  "::ffff:10.0.0.0/104",
  "fe80::1%eth0/64",
  "2001:db8::1/32",
  "2001:db8::/129",
  "",
  " 203.0.113.0/24",
])("the network %j is refused at its place", async (cidr) => {
  const rule = `{name: r, to: [{ipBlock: {cidr: "${cidr}"}}]}`;
  const text = tenantText("a", `nodes: {mode: Shared}\nnetwork: {egress: [${rule}]}`);
  expectRefused(
    await mtenant(["render", "-f", "-"], text),
    /stdin:6:\d+: spec\.network\.egress\[0\]\.to\[0\]\.ipBlock\.cidr/,
  );
});

test.for(["203.0.113.0/24", "2001:db8::/32"])("the network %s is not", async (cidr) => {
  const rule = `{name: r, to: [{ipBlock: {cidr: "${cidr}"}}]}`;
  const text = tenantText("a", `nodes: {mode: Shared}\nnetwork: {egress: [${rule}]}`);
  expect((await mtenant(["render", "-f", "-"], text)).code).toBe(0);
});

const commands = ["create", "diff", "delete", "verify", "init", "render"];
const letters = ["UPPER", "a_b", "-a-", "n".repeat(64), "__proto__", "\u0430", "a\u200b", `a${ESC}`, "a\nb"];
const impossible = [...letters, "", ".", "..", "../up", "a/b", "%2e%2e", "$(id)"];

test.for(commands)(
  "%s takes no name that no tenant can have for one that does not exist",
  async (command) => {
    for (const name of impossible) {
      const { code, stdout, stderr } = await inProcess(command, "--", name);
      expect(stderr, JSON.stringify(name)).toMatch(/NAME: metadata\.name: /);
      expect([code, stdout]).toEqual([2, ""]);
    }
    if (command === "init") return; // it would write a file
    const possible = await inProcess(command, "--kubeconfig", "/nonexistent", "--", "a-name");
    expect(possible.stderr).not.toContain("NAME:");
  },
);

test.for([
  [["list", "x"], /too many arguments/],
  [["list", "--context", `c${ESC}`], /no context called "c\\u001b/],
  [["list", "--cluster", `c${ESC}`], /no cluster called "c\\u001b/],
  [["list", "--user", `u${ESC}`], /no user called "u\\u001b/],
  [["list", "--as", `u${ESC}`], /control character/],
  [["list", "--as-group", "g"], /--as-group needs --as/],
  [["list", "--as", "u", "--as-group", "a\nb"], /control character/],
  [["list", "--request-timeout", "1e400"], /not a duration/],
  [["list", "-o", "yaml"], /Allowed choices are text, json/],
  [["create", "x", "--nodes", "Shared", "--timeout", "-5"], /not a duration/],
  [["create", "x", "--nodes", "Shared", "--timeout", "99999999999s"], /not a duration/],
  [["diff", "x", "--nodes", "Shared", "--templates", "/nonexistent"], /does not exist/],
  [["delete"], /which tenant/],
  [["delete", "x", "y"], /too many arguments/],
  [["delete", "-f", "/nonexistent"], /no such file/],
  [["verify", "x", "-o", "xml"], /Allowed choices are text, json, junit, sarif/],
  [["doctor", "x"], /too many arguments/],
  [["role"], /Usage: mtenant role/],
  [["role", "frob"], /unknown command 'frob'/],
  [["role", "explain", "--role", `Own${ESC}`], /'Own\\u001b.*Allowed choices/],
  [["role", "explain", "--kubernetes", "1.12"], /1\.12 are not known/],
  [["role", "operator", "-o", "text"], /Allowed choices are yaml, json/],
  [["schema", "x"], /too many arguments/],
  [["schema", "-o", "json"], /unknown option '-o'/],
  [["init", "x", "--output-file", `no${ESC}/x.yaml`], /no\\u001b.*cannot be written/],
] as const)("%j is refused before anybody is asked", async ([args, reason]) => {
  const flags = ["role", "schema", "init"].includes(args[0]) ? [] : ["--kubeconfig", kubeconfig];
  expectRefused(await mtenant([...args, ...flags]), reason);
});
