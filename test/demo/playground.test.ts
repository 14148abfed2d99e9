import { spawn } from "node:child_process";
import { once } from "node:events";
import { access } from "node:fs/promises";
import { expect, test } from "vitest";
import { run } from "../cluster/kubectl.ts";

test("the playground gives a cluster that can be worked with, and takes all of it away at the end", async () => {
  const child = spawn(process.execPath, ["--import", "tsx", "test/demo/playground.ts"]);
  const ended = once(child, "close");
  let shown = "";
  for await (const text of child.stdout.setEncoding("utf8")) {
    shown += text;
    if (shown.includes("Ctrl-C")) break;
  }
  const [, kubeconfig = ""] = /KUBECONFIG=(\S+)/.exec(shown) ?? [];
  const [, kubectl = ""] = /(\S+) get nodes/.exec(shown) ?? [];
  const nodes = await run(kubectl, ["get", "nodes", "-o", "name", "--kubeconfig", kubeconfig]);
  expect(nodes.stdout.trim().split("\n")).toEqual(["node/n1", "node/n2", "node/n3", "node/n4"]);
  child.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
  await expect(access(kubeconfig)).rejects.toThrow("ENOENT");
}, 240_000);
