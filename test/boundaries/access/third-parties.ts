import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../../src/manifests/object.ts";

/** The folder of the fixtures: one file per project, ClusterRoles as it installs them. */
const thirdPartyFolder = join(import.meta.dirname, "third-party");

/** One project's ClusterRoles. */
export interface ThirdParty {
  readonly project: string;
  readonly clusterRoles: readonly KubernetesObject[];
}

/** All of them, with names that end in `suffix`: ClusterRoles are global, and test files share the cluster. */
export function thirdParties(suffix: string): ThirdParty[] {
  const files = readdirSync(thirdPartyFolder).filter((file) => file.endsWith(".yaml"));
  return files
    .sort()
    .map((file) => ({ project: file.replace(".yaml", ""), clusterRoles: readRoles(file, suffix) }));
}

function readRoles(file: string, suffix: string): KubernetesObject[] {
  const documents = parseAllDocuments(readFileSync(join(thirdPartyFolder, file), "utf8"));
  const roles = documents.map((document) => document.toJS() as KubernetesObject);
  return roles.map((role) => ({
    ...role,
    metadata: { ...role.metadata, name: `${role.metadata.name}-${suffix}` },
  }));
}
