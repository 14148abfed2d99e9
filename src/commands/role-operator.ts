import { guardProbes } from "../boundaries/guards/probes.ts";
import { ExitCode } from "../errors.ts";
import { operatorRole } from "../execute/operator-role.ts";
import type { Io } from "../io.ts";
import { printYaml } from "../manifests/yaml.ts";
import { renderCluster } from "../render/render.ts";
import { printJson } from "../report/json.ts";
import { pinnedFactsOf } from "./pinned-facts.ts";
import { loadTemplates } from "./templates.ts";

/** `mtenant role operator`: the ClusterRole with the least rights that a pipeline's identity needs. Asks no cluster. */
export async function roleOperator(
  _name: string | undefined,
  { output }: { readonly output: "yaml" | "json" },
  io: Io,
): Promise<number> {
  const { object, comments } = await packagedOperatorRole();
  await io.out(output === "json" ? printJson(object) : printYaml(object, comments));
  io.note(
    "Next: kubectl apply this, then kubectl create clusterrolebinding ... --clusterrole=mtenant-operator",
  );
  return ExitCode.done;
}

/** The operator's ClusterRole for the packaged guards. */
export async function packagedOperatorRole(): Promise<ReturnType<typeof operatorRole>> {
  const [templates, facts] = await Promise.all([loadTemplates(), pinnedFactsOf(undefined)]);
  const manifests = renderCluster({ facts, templates });
  const shared = manifests.map(({ object }) => object);
  return operatorRole({ shared, probes: guardProbes(manifests).map(({ object }) => object) });
}
