import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Fault,
  kubeconfigFor,
  readKubeconfig,
  type Seen,
  startWeather,
  through,
} from "../cluster/weather.ts";

/** Bad weather between one run of mtenant and the real API server. */
export interface Storm {
  /** The kubeconfig that leads through it. */
  readonly kubeconfig: string;
  /** The requests that came, in the order in which they did. */
  readonly seen: readonly Seen[];
  /** Decides what becomes of the request of that number, from 0. */
  forecast(decide: (index: number, seen: Seen) => Fault | undefined): void;
  end(): Promise<void>;
}

/** Starts a storm in front of the cluster of a kubeconfig, with the same user. */
export async function startStorm(calm: string): Promise<Storm> {
  const weather = await startWeather(calm);
  const folder = await mkdtemp(join(tmpdir(), "mtenant-storm-"));
  const kubeconfig = join(folder, "kubeconfig");
  const { token } = readKubeconfig(calm);
  await writeFile(kubeconfig, kubeconfigFor(through(weather), { token }), { mode: 0o600 });
  return {
    kubeconfig,
    seen: weather.seen,
    forecast: (decide) => {
      weather.forecast = (seen, index) => decide(index, seen);
    },
    end: async () => {
      await weather.close();
      await rm(folder, { recursive: true });
    },
  };
}
