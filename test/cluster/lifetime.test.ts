import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

const program = `
  const { startControlPlane } = await import(process.argv[1]);
  const { kubeconfig, processes } = await startControlPlane();
  console.log(JSON.stringify({ kubeconfig, processes }));
  setInterval(() => {}, 1000);
`;

interface Starter {
  readonly folder: string;
  /** Process ids. */
  readonly processes: readonly number[];
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
}

async function startInAnotherProcess(): Promise<Starter> {
  const script = join(import.meta.dirname, "start.ts");
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program, script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await once(child, "close");
  };
  const { kubeconfig, processes } = JSON.parse(line) as { kubeconfig: string; processes: number[] };
  return { folder: dirname(kubeconfig), processes, kill };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

// Ctrl-C, and what nobody can catch.
test.each(["SIGINT", "SIGKILL"] as const)(
  "a control plane does not outlive its starter's %s",
  async (signal) => {
    const { folder, processes, kill } = await startInAnotherProcess();
    expect(existsSync(join(folder, "etcd.sock:0"))).toBe(true);
    expect(processes.filter(isAlive)).toHaveLength(3);
    await kill(signal);
    await expect.poll(() => existsSync(folder), { timeout: 30_000 }).toBe(false);
    await expect.poll(() => processes.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  },
);
