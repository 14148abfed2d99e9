import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { CommandResult } from "../cluster/kubectl.ts";
import { tenantText } from "../tenant/spec.ts";
import { inProcess } from "./in-process.ts";
import { ownCluster } from "./own-cluster.ts";

// A control plane of its own: on one that others fill, the plan of what all tenants share may be refused.
const { plane, folder } = await ownCluster();

const mtenant = (...args: string[]): Promise<CommandResult> =>
  inProcess(...args, "--kubeconfig", plane.kubeconfig);

test("a rule for a private range is refused until a profile says where the cluster's own ranges are", async () => {
  const spec = join(folder, "profiled.yaml");
  const egress =
    "nodes: {mode: Shared}\nnetwork: {egress: [{name: db, to: [{ipBlock: {cidr: 10.20.0.0/16}}]}]}";
  await writeFile(spec, tenantText("profiled", egress));
  const refused = await mtenant("diff", "-f", spec);
  expect(refused.stderr).toContain("mtenant doctor --save-profile FILE");
  expect(refused.stderr).not.toContain("Templates may be reworded");
  expect([refused.code, refused.stdout]).toEqual([2, ""]);

  const profile = join(folder, "profile.json");
  await mtenant("doctor", "--save-profile", profile);
  const completed = (await readFile(profile, "utf8")).replaceAll(
    /"unknown"(?=,?\n {6}"|\n {4}\})/g,
    '["10.1.0.0/16"]',
  );
  await writeFile(profile, completed);
  const planned = await mtenant("diff", "-f", spec, "--cluster-profile", profile);
  expect(planned.stdout).toContain("+ NetworkPolicy profiled/mtenant-egress-db");
  expect(planned.stderr).toContain(`mtenant create -f ${spec} --cluster-profile ${profile}`);
  expect(planned.code, planned.stderr).toBe(1);
  const dry = await mtenant("create", "-f", spec, "--dry-run", "--cluster-profile", profile);
  expect(dry.code, dry.stderr).toBe(0);

  await writeFile(profile, completed.replaceAll("10.1.0.0/16", "10.16.0.0/12"));
  expect((await mtenant("diff", "-f", spec, "--cluster-profile", profile)).code).toBe(2);
});
