import { expect } from "vitest";
import { type CommandResult, mustSucceed } from "../cluster/kubectl.ts";
import { inProcess } from "./in-process.ts";
import { type OwnCluster, startOwnCluster } from "./own-cluster.ts";

/** A control plane with a scheduler for tests about nodes, and what they do there again and again. */
export interface NodeStand extends OwnCluster {
  readonly mtenant: (...args: string[]) => Promise<CommandResult>;
  /** Runs mtenant and expects success. */
  readonly done: (...args: string[]) => Promise<CommandResult>;
  /** Runs kubectl as the administrator and expects success; what it prints. */
  readonly must: (...args: string[]) => Promise<string>;
  /** Creates a modest pod and waits until the scheduler has given it a node. */
  readonly run: (pod: PodOnNode) => Promise<void>;
}

/** A pod, and what of its spec matters to the scheduler. */
export interface PodOnNode {
  readonly namespace: string;
  readonly name: string;
  readonly spec?: object;
}

/** Starts the stand. `beforeAll` returns its `stop`. */
export async function startNodeStand(): Promise<NodeStand> {
  const own = await startOwnCluster({ scheduler: true });
  const { kubectl, plane } = own;
  const mtenant = (...args: string[]): Promise<CommandResult> =>
    inProcess(...args, "--kubeconfig", plane.kubeconfig);
  const must = (...args: string[]): Promise<string> => mustSucceed(kubectl, args);
  return {
    ...own,
    mtenant,
    must,
    done: async (...args) => {
      const result = await mtenant(...args);
      expect(result.code, result.stdout + result.stderr).toBe(0);
      return result;
    },
    run: async (pod) => {
      await mustSucceed(kubectl, ["create", "-f", "-"], podOf(pod));
      const scheduled = ["--for=condition=PodScheduled", "--timeout=60s"];
      await must("wait", "-n", pod.namespace, `pod/${pod.name}`, ...scheduled);
    },
  };
}

/** A pod that the walls of a tenant let in; for others it is as good as any. */
export function podOf({ namespace, name, spec = {} }: PodOnNode): object {
  const container = {
    name: "c",
    image: "example.com/c",
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name },
    spec: {
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      containers: [container],
      ...spec,
    },
  };
}
