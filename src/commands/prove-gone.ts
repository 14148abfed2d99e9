import type { Cluster } from "../cluster/cluster.ts";
import { discoverResources } from "../cluster/discover-resources.ts";
import { explainError } from "../cluster/explain-error.ts";
import { listObjects } from "../cluster/list-objects.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { Io } from "../io.ts";
import { TENANT_KEY } from "../manifests/names.ts";
import { describeId, idOf } from "../manifests/object.ts";

/**
 * Lists every kind that the server serves for objects that still name these tenants. Throws ExpectedError (exit code 6)
 * when something is left, and (exit code 3) when the server could not tell about all of its kinds.
 */
export async function proveGone(cluster: Cluster, tenants: readonly string[], io: Io): Promise<void> {
  const labelSelector = `${TENANT_KEY} in (${tenants.join(",")})`;
  const { kinds, failed } = await discoverResources(cluster).catch((error: unknown) => {
    throw explainError(error, cluster, "prove that nothing is left");
  });
  const lists = kinds
    .filter(({ verbs }) => verbs.includes("list"))
    .map((kind) => listObjects(cluster, kind, { labelSelector }));
  const left = (
    await Promise.all(lists).catch((error: unknown) => {
      throw explainError(error, cluster, "prove that nothing is left");
    })
  ).flat();
  if (left.length > 0) {
    const problems = left.map((object) => ({ message: describeId(idOf(object)) }));
    throw new ExpectedError(ExitCode.partlyDone, `${left.length} objects still name a deleted tenant`, {
      problems,
    });
  }
  if (failed.length > 0) {
    throw new ExpectedError(
      ExitCode.unable,
      `everything was deleted, but the server cannot tell about all of its kinds: ${failed.join(", ")}`,
      {
        hint: "mend the API services that do not answer, then run the command again",
      },
    );
  }
  io.note(
    `Nothing is left: ${lists.length} kinds were listed, and none has an object that names ${tenants.join(", ")}.`,
  );
}
