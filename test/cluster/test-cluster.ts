import { inject } from "vitest";
import type { Cluster } from "../../src/cluster/cluster.ts";
import type { UserName } from "./credentials.ts";
import { type Kubectl, kubectlFor } from "./kubectl.ts";
import { createNode } from "./nodes.ts";

/** The real control plane that the test files of a run share. Names of objects must be unique to the test file. */
export interface TestCluster {
  /** The file of the kubeconfig of `admin`, who is in system:masters. */
  readonly kubeconfig: string;
  /** The file of each user's kubeconfig. */
  readonly kubeconfigs: Readonly<Record<UserName, string>>;
  readonly server: string;
  readonly kubectl: Kubectl;
  /** Creates a Ready Node without a kubelet. */
  createNode(name: string, labels?: Readonly<Record<string, string>>): Promise<void>;
}

/** The control plane of this run. Throws when none was started because the run's files did not seem to need one. */
export function testCluster(): TestCluster {
  const shared = inject("cluster");
  if (shared === undefined)
    throw new Error("no control plane was started: the test file must import test-cluster.ts");
  const { kubeconfigs, server } = shared;
  const kubectl = kubectlFor(shared.kubectl, kubeconfigs.admin);
  return {
    kubeconfig: kubeconfigs.admin,
    kubeconfigs,
    server,
    kubectl,
    createNode: (name, labels) => createNode(kubectl, name, labels),
  };
}

/** A connection of mtenant itself to the control plane of this run, as `admin`. The caller closes it. */
export async function connectTestCluster(): Promise<Cluster> {
  const { connect } = await import("../../src/cluster/connect.ts");
  return connect({ kubeconfig: testCluster().kubeconfig, env: {}, homeDir: "/", cwd: "/" });
}
