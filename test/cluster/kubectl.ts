import { spawn } from "node:child_process";
import { dirname, join } from "node:path";

/** What a program printed and how it ended. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

export interface KubectlOptions {
  /** Standard input; absent: none. */
  readonly input?: string;
  /** Another user's kubeconfig. */
  readonly kubeconfig?: string;
}

/** Runs the real kubectl. Any exit code is a result; throws only when it cannot be run at all. */
export type Kubectl = (args: readonly string[], options?: KubectlOptions) => Promise<CommandResult>;

/** A kubectl for one kubeconfig, which keeps its discovery cache beside that file. */
export function kubectlFor(program: string, kubeconfig: string): Kubectl {
  const cache = join(dirname(kubeconfig), "kubectl-cache");
  return (args, options = {}) => {
    const connection = ["--kubeconfig", options.kubeconfig ?? kubeconfig, "--cache-dir", cache];
    return run(program, [...args, ...connection], options.input);
  };
}

/** Runs a program to its end and collects what it prints, as UTF-8. */
export async function run(
  program: string,
  args: readonly string[],
  input = "",
  env = process.env,
): Promise<CommandResult> {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], env });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on("error", () => undefined); // it ended without reading its input, and its exit code says why
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  return {
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
    code: code ?? -1,
  };
}

/** Runs kubectl with an object, if any, as JSON on standard input. Returns stdout; throws when it does not succeed. */
export async function mustSucceed(
  kubectl: Kubectl,
  args: readonly string[],
  input?: object,
): Promise<string> {
  const result = await kubectl(args, input === undefined ? {} : { input: JSON.stringify(input) });
  if (result.code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${result.stderr}`);
  return result.stdout;
}
