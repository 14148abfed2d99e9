import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { type Kubectl, kubectlFor } from "../cluster/kubectl.ts";
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from "../cluster/start.ts";

/** What a test file has for itself: a control plane, kubectl for its administrator, and an empty folder. */
export interface OwnCluster {
  readonly plane: ControlPlane;
  readonly kubectl: Kubectl;
  readonly folder: string;
  /** Stops the control plane and removes the folder. */
  readonly stop: () => Promise<void>;
}

/** Starts a control plane for one test file, which changes what the others share. `beforeAll` returns its `stop`. */
export async function startOwnCluster(options: ControlPlaneOptions = {}): Promise<OwnCluster> {
  const plane = await startControlPlane(options);
  const folder = await mkdtemp(join(tmpdir(), "mtenant-commands-"));
  const stop = async (): Promise<void> => {
    await plane.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { plane, kubectl: kubectlFor(plane.kubectl, plane.kubeconfig), folder, stop };
}

/**
 * The same, started while the test file is read and stopped after its last test:
 * `const { plane, kubectl } = await ownCluster()`, before all hooks and tests.
 */
export async function ownCluster(options?: ControlPlaneOptions): Promise<OwnCluster> {
  const own = await startOwnCluster(options);
  afterAll(own.stop);
  return own;
}

/**
 * Stops the controllers of a control plane with one API server for a while, or lets them go on. As long as they are
 * paused no quota comes into force, for which a run waits before it gives anything away, and no namespace goes.
 */
export function pauseControllers({ processes }: ControlPlane, paused: boolean): void {
  const [, , controllers] = processes; // etcd, the API server, the controllers
  if (controllers === undefined) throw new Error("the control plane has no controller manager");
  process.kill(controllers, paused ? "SIGSTOP" : "SIGCONT");
}
