import { delimiter, join, resolve } from "node:path";
import { ExitCode, ExpectedError } from "../../errors.ts";
import type { ConnectionOptions } from "../connection-options.ts";
import type { Kubeconfig } from "./kubeconfig.ts";
import { parseKubeconfig } from "./parse.ts";
import { readLimited, whyUnread } from "./read-limited.ts";

/**
 * The kubeconfig as kubectl finds it: the file named by --kubeconfig alone, else the files of $KUBECONFIG merged, else
 * ~/.kube/config. `undefined`: there is none, and none was asked for by name.
 * Throws ExpectedError (exit code 2) for a file that was named and cannot be read.
 */
export async function loadKubeconfig(options: ConnectionOptions): Promise<Kubeconfig | undefined> {
  if (options.kubeconfig !== undefined && options.kubeconfig !== "") {
    return readKubeconfig(resolve(options.cwd, options.kubeconfig));
  }
  const listed = (options.env.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  if (listed.length === 0) return readIfThere(join(options.homeDir, ".kube", "config"));
  return loadList(listed.map((path) => resolve(options.cwd, path)));
}

async function loadList(files: readonly string[]): Promise<Kubeconfig> {
  if (files.length === 1) return readKubeconfig(files[0] as string);
  const found = (await Promise.all(files.map(readIfThere))).filter((one) => one !== undefined);
  if (found.length === 0) {
    throw new ExpectedError(ExitCode.usage, `none of the files in KUBECONFIG exists: ${files.join(", ")}`);
  }
  return mergeKubeconfigs(found);
}

/** The first file to have an entry wins, whole entries (kubernetes: client-go/tools/clientcmd/loader.go, Load). */
function mergeKubeconfigs(all: readonly Kubeconfig[]): Kubeconfig {
  const lastFirst = all.toReversed();
  return {
    files: all.flatMap(({ files }) => files),
    currentContext: all.find(({ currentContext }) => currentContext !== "")?.currentContext ?? "",
    contexts: new Map(lastFirst.flatMap(({ contexts }) => [...contexts])),
    clusters: new Map(lastFirst.flatMap(({ clusters }) => [...clusters])),
    users: new Map(lastFirst.flatMap(({ users }) => [...users])),
  };
}

async function readKubeconfig(file: string): Promise<Kubeconfig> {
  const config = await readIfThere(file);
  if (config === undefined) throw new ExpectedError(ExitCode.usage, `there is no kubeconfig file ${file}`);
  return config;
}

async function readIfThere(file: string): Promise<Kubeconfig | undefined> {
  try {
    return await parseKubeconfig(await (await readLimited(file)).toString("utf8"), file);
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new ExpectedError(
      ExitCode.usage,
      `the kubeconfig file ${file} cannot be read (${whyUnread(error)})`,
      {
        cause: error,
      },
    );
  }
}
