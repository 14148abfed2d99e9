import { type Command, InvalidArgumentError, Option } from "commander";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { TenantFlags } from "../tenant/flags.ts";

/** How to reach the cluster; the names and meanings are kubectl's. */
export interface ConnectionFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly as?: string;
  readonly asGroup?: readonly string[];
  readonly requestTimeout?: number;
}

/** Where the tenants' specs come from: files, or flags for one tenant; commander calls `--class` by its own name. */
export interface SpecFlags extends Omit<TenantFlags, "className"> {
  readonly filename?: readonly string[];
  readonly class?: string;
}

/** How a plan is made; `create` and `diff` of the same specs differ when these do. */
export interface PlanFlags {
  readonly templates?: string;
  readonly clusterProfile?: string;
  readonly forceConflicts: boolean;
  /** Make mtenant's again what its marks say is these tenants', from lost records or from rendered files. */
  readonly takeOver: boolean;
  /** The specs may drop or change the class that the records name. */
  readonly leaveClass: boolean;
}

/** What is wrong with `-f a.yaml b.yaml`. */
export const EACH_FILE = "each file needs an -f of its own; -f FOLDER takes all below it";

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** The value of a flag that says a part of the spec. What looks like a flag is one whose value was forgotten. */
function specValue(value: string): string {
  if (!value.startsWith("-")) return value;
  throw new InvalidArgumentError(`It begins with "-", as a flag does: its value is missing.`);
}

const several = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  specValue(value),
];

/** One of two values would be passed over in silence. */
function once(value: string, before?: string): string {
  if (before !== undefined)
    throw new InvalidArgumentError(`It is given twice, first as ${JSON.stringify(before)}.`);
  return specValue(value);
}

/** Adds kubectl's connection flags. */
export function addConnectionFlags(command: Command): Command {
  return command
    .optionsGroup("Cluster:")
    .addOption(new Option("--kubeconfig <file>", "the kubeconfig file to use").env("MTENANT_KUBECONFIG"))
    .addOption(new Option("--context <name>", "the kubeconfig context to use").env("MTENANT_CONTEXT"))
    .option("--cluster <name>", "the kubeconfig cluster to use")
    .option("--user <name>", "the kubeconfig user to use")
    .option("--as <user>", "act as this user")
    .option("--as-group <group>", "act as a member of this group (may be repeated)", collect)
    .option("--request-timeout <duration>", "give up on one request after this long: 5s, 1m", seconds)
    .optionsGroup("Options:");
}

/** Adds `-f` and the flags that say one tenant's spec. */
export function addSpecFlags(command: Command): Command {
  return command
    .optionsGroup("Tenant:")
    .option(
      "-f, --filename <path>",
      "a spec file, a folder of them, or - for stdin (may be repeated)",
      collect,
    )
    .option("--owner-group <group>", "a group whose members own the tenant (may be repeated)", several)
    .option("--owner-user <user>", "a user who owns the tenant (may be repeated)", several)
    .option("--developer-group <group>", "a group that deploys workloads (may be repeated)", several)
    .option("--viewer-group <group>", "a group that reads, but no Secrets (may be repeated)", several)
    .option(
      "--namespace <name>",
      "a namespace of the tenant; default: one, called as the tenant (may be repeated)",
      several,
    )
    .option("--nodes <mode>", "Dedicated, Sandboxed or Shared", once)
    .option(
      "--node <name>",
      "a node designated to the tenant; implies --nodes Dedicated (may be repeated)",
      several,
    )
    .option(
      "--node-selector <labels>",
      "the tenant's nodes, by labels that somebody else sets: key=value,key=value",
      once,
    )
    .option("--runtime-class <name>", "the RuntimeClass that the tenant's pods run with", once)
    .option("--size <size>", "quota and limits: small, medium, large, or a size of the class", once)
    .option("--class <name>", "the TenantClass to take defaults from", once)
    .optionsGroup("Options:");
}

/** `--templates`, of the commands that render. */
export const templatesOption = (): Option =>
  new Option("--templates <dir>", "templates that replace the packaged ones of the same name").env(
    "MTENANT_TEMPLATES",
  );

/** Adds `-o` with the formats that the command knows; the first is the default. */
export function addOutputFlag(command: Command, formats: readonly string[]): Command {
  const [first = "text"] = formats;
  return command.addOption(
    new Option("-o, --output <format>", "what to print").choices(formats).default(first),
  );
}

/** Adds `-v`, for runs about many tenants. */
export function addVerboseFlag(command: Command): Command {
  return command.option("-v, --verbose", "show every object, however many tenants there are", false);
}

/** Adds the flags that answer the question before a change. */
export function addConfirmFlags(command: Command): Command {
  return command
    .option("-y, --yes", "go ahead without a question", false)
    .option("--dry-run", "show the plan, and change nothing", false)
    .addOption(
      new Option("--timeout <duration>", "give up waiting after this long: 30s, 5m")
        .argParser(seconds)
        .default(300, "5m"),
    );
}

/** The most milliseconds that a timer of Node.js waits; longer ones would end at once (Node.js: timers, setTimeout). */
const LONGEST_TIMER = 2 ** 31 - 1;

/** `30s`, `5m`, `1h`, `500ms` or bare seconds → seconds. Throws (exit code 2) for everything else. */
function seconds(text: string): number {
  const match = /^(\d{1,6})(ms|s|m|h)?$/.exec(text);
  if (match === null) {
    throw new ExpectedError(ExitCode.usage, `"${text}" is not a duration; write it like 30s, 5m or 1h`);
  }
  const factor = { ms: 0.001, s: 1, m: 60, h: 3600 }[match[2] ?? "s"] ?? 1;
  const duration = Number(match[1]) * factor;
  if (duration * 1000 <= LONGEST_TIMER) return duration;
  throw new ExpectedError(ExitCode.usage, `"${text}" is too long; the most is 24 days`);
}

/** A count, or `all` for infinity. Throws (exit code 2) for everything else. */
export function countOrAll(text: string): number {
  if (text === "all") return Number.POSITIVE_INFINITY;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is neither a count nor all.");
}
