import { nodeCommands } from "../boundaries/nodes/commands.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { Facts } from "../facts/facts.ts";
import type { Io } from "../io.ts";
import { printYaml } from "../manifests/yaml.ts";
import { inOrderOfApplying, type OwnerSet } from "../render/folder.ts";
import { printJson } from "../report/json.ts";
import { someOf } from "../report/results.ts";
import { shellWord } from "../report/shell-word.ts";
import { readProfile } from "../files/cluster-profile.ts";
import type { ConnectionFlags, SpecFlags } from "./flags.ts";
import { pinnedFactsOf } from "../planning/pinned-facts.ts";
import { renderedSets } from "../planning/rendered-sets.ts";
import { refuseExpired, selectTenants } from "./select-tenants.ts";
import { loadTemplates } from "../files/templates.ts";

/** The flags of `render`. */
export interface RenderFlags extends ConnectionFlags, SpecFlags {
  readonly outputDir?: string;
  readonly prune: boolean;
  readonly kubernetes?: string;
  readonly clusterProfile?: string;
  readonly templates?: string;
  readonly output: "yaml" | "json";
}

/** `mtenant render`: the manifests to stdout or into a folder. Asks no cluster unless `--context` or `--kubeconfig` is given. */
export async function render(name: string | undefined, flags: RenderFlags, io: Io): Promise<number> {
  if (flags.prune && (flags.outputDir === undefined || !isWhole(name, flags))) throw pruneNeeds();
  const [templates, facts, tenants] = await Promise.all([
    loadTemplates(flags.templates),
    factsFor(flags, io),
    selectTenants(name, flags, io),
  ]);
  refuseExpired(tenants);
  if (isAssumed(flags)) io.note(`for Kubernetes 1.${facts.minor}; yours with --kubernetes or --context`);
  const sets = renderedSets(tenants, { facts, templates });
  if (flags.outputDir === undefined) await print(sets, flags.output, io);
  else await writeFolder(flags.outputDir, sets, { prune: flags.prune, whole: isWhole(name, flags) }, io);
  const commands = sets.flatMap(({ manifests }) => nodeCommands(manifests));
  if (commands.length > 0)
    io.note(
      ["Nodes are not rendered. Designate them with:", ...commands.map((line) => `  ${line}`)].join("\n"),
    );
  return ExitCode.done;
}

async function print(sets: readonly OwnerSet[], format: "yaml" | "json", io: Io): Promise<void> {
  const printed = inOrderOfApplying(sets);
  if (format === "yaml")
    return io.out(printed.map(({ object, comments }) => `---\n${printYaml(object, comments)}`).join(""));
  const list = { apiVersion: "v1", kind: "List", items: printed.map(({ object }) => object) };
  return io.out(printJson(list));
}

/** Do files say all tenants that there should be, as far as can be known? NAME picks one, and leaves the others alone. */
function isWhole(name: string | undefined, { filename }: RenderFlags): boolean {
  return name === undefined && filename !== undefined;
}

function pruneNeeds(): ExpectedError {
  return new ExpectedError(ExitCode.usage, "--prune needs --output-dir, and -f without a NAME", {
    hint: "it removes the tenants that are in the folder and in none of the spec files: name them all",
  });
}

async function writeFolder(
  dir: string,
  sets: readonly OwnerSet[],
  { prune, whole }: { readonly prune: boolean; readonly whole: boolean },
  io: Io,
): Promise<void> {
  const { writeOutputFolder } = await import("../files/output-folder.ts");
  const { written, unchanged, removed, others } = await writeOutputFolder(dir, sets, { prune });
  io.note(
    `${dir}: ${written.length} files written, ${unchanged.length} unchanged, ${removed.length} removed`,
  );
  if (whole && others.length > 0)
    io.note(
      `In ${dir}/tenants and in no spec: ${someOf(others)}; they stay listed, and --prune takes them out.`,
    );
  io.note(
    `Next: kubectl apply --server-side -k ${shellWord(dir)}; once with --force-conflicts where mtenant create made these tenants`,
  );
}

/** Does nothing say which cluster it is for? */
function isAssumed({ clusterProfile, kubernetes, context, kubeconfig }: RenderFlags): boolean {
  return [clusterProfile, kubernetes, context, kubeconfig].every((flag) => flag === undefined);
}

/** What is said for this command alone counts before the cluster, whose flags the environment may have set. */
async function factsFor(flags: RenderFlags, io: Io): Promise<Facts> {
  if (flags.clusterProfile !== undefined) return readProfile(flags.clusterProfile);
  if (flags.kubernetes !== undefined) return pinnedFactsOf(flags.kubernetes);
  if (flags.context !== undefined || flags.kubeconfig !== undefined) {
    const [{ openCluster }, { gatherFacts }] = await Promise.all([
      import("./open-session.ts"),
      import("../cluster/gather-facts.ts"),
    ]);
    return gatherFacts(await openCluster(flags, io));
  }
  return pinnedFactsOf(undefined);
}
