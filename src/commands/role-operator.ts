import { guardProbes } from "../boundaries/guards/probes.ts";
import { ExitCode } from "../errors.ts";
import { operatorRole } from "../execute/operator-role.ts";
import type { Io } from "../io.ts";
import { printYaml } from "../manifests/yaml.ts";
import { renderCluster } from "../render/render.ts";
import { printJson } from "../report/json.ts";
import { pinnedFactsOf } from "../planning/pinned-facts.ts";
import { loadTemplates } from "../files/templates.ts";

/** `mtenant role operator`: the ClusterRole with the least rights that a pipeline's identity needs. Asks no cluster. */
export async function roleOperator(
  _name: string | undefined,
  { output, verify }: { readonly output: "yaml" | "json"; readonly verify: boolean },
  io: Io,
): Promise<number> {
  const { object, comments } = await packagedOperatorRole(verify);
  await io.out(output === "json" ? printJson(object) : printYaml(object, comments));
  io.note(`Next, for the group platform-team:
  mtenant role operator${verify ? " --verify" : ""} | kubectl apply --server-side -f -
  kubectl create clusterrolebinding mtenant-operator --clusterrole=mtenant-operator --group=platform-team`);
  return ExitCode.done;
}

/** The operator's ClusterRole for the packaged guards. `verify`: with what that command takes. */
export async function packagedOperatorRole(verify: boolean): Promise<ReturnType<typeof operatorRole>> {
  const [templates, facts] = await Promise.all([loadTemplates(), pinnedFactsOf(undefined)]);
  const manifests = renderCluster({ facts, templates });
  const shared = manifests.map(({ object }) => object);
  return operatorRole({ shared, probes: guardProbes(manifests).map(({ object }) => object), verify });
}
