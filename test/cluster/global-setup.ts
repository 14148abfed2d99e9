import type { TestProject } from "vitest/node";
import type { UserName } from "./credentials.ts";
import { needsCluster } from "./needs-cluster.ts";
import { type ControlPlane, startControlPlane } from "./start.ts";

/** What the test files are told about the cluster that they share. */
export interface SharedCluster {
  readonly server: string;
  readonly kubeconfigs: Readonly<Record<UserName, string>>;
  readonly kubectl: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    cluster: SharedCluster | undefined;
  }
}

/** Starts one control plane for the whole run, unless no test file of the run imports `test-cluster.ts`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { testFiles } = await project.globTestFiles(filtersOf(project.vitest));
  if (!needsCluster(testFiles)) return async () => undefined;
  const controlPlane = await startControlPlane();
  const { server, kubeconfigs, kubectl } = controlPlane;
  project.provide("cluster", { server, kubeconfigs, kubectl });
  return () => tearDown(project, controlPlane);
}

async function tearDown(project: TestProject, controlPlane: ControlPlane): Promise<void> {
  if (project.vitest.state.getCountOfFailedTests() > 0) {
    process.stderr.write(`The logs of the test control plane are in ${await controlPlane.keepLogs()}\n`);
  }
  await controlPlane.stop();
}

// What was named on the command line. Vitest has it, and leaves it out of its types.
function filtersOf(vitest: object): string[] | undefined {
  return "filenamePattern" in vitest && Array.isArray(vitest.filenamePattern)
    ? vitest.filenamePattern
    : undefined;
}
