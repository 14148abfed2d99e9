import { ExitCode, ExpectedError, type Problem } from "../errors.ts";
import { API_VERSION } from "../manifests/names.ts";
import type { Facts } from "./facts.ts";

/** What a cluster profile file says it is. A file of another version is refused, never guessed at. */
const PROFILE_KIND = "ClusterProfile";

/** The facts of a cluster as the JSON text of a profile file, with a newline at its end. The same facts give the same bytes. */
export function encodeProfile(facts: Facts): string {
  const { minor, baseRoles, mutatingAdmissionPolicies, ranges, runtimeClasses, priorityClasses } = facts;
  const content = { minor, baseRoles, mutatingAdmissionPolicies, ranges, runtimeClasses, priorityClasses };
  return `${JSON.stringify({ apiVersion: API_VERSION, kind: PROFILE_KIND, facts: content }, undefined, 2)}\n`;
}

/**
 * The facts in the text of a profile file; `file` names it in errors. Throws an ExpectedError (exit code 2) with every
 * problem of the text, or for a profile of another version.
 */
export async function decodeProfile(text: string, file: string): Promise<Facts> {
  const value = parseJson(text, file);
  checkVersion(value, file);
  const { readProfile } = await import("./profile-schema.ts");
  const result = readProfile(value);
  if (Array.isArray(result)) throw broken(file, result);
  return result as Facts;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw broken(file, [{ where: file, message: "It is not JSON." }], error);
  }
}

function checkVersion(value: unknown, file: string): void {
  const { apiVersion, kind } = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (apiVersion === API_VERSION && kind === PROFILE_KIND) return;
  const expected = `apiVersion ${API_VERSION}, kind ${PROFILE_KIND}`;
  const found = `apiVersion ${JSON.stringify(apiVersion) ?? "(none)"}, kind ${JSON.stringify(kind) ?? "(none)"}`;
  throw broken(file, [{ where: file, message: `Expected ${expected}; found ${found}.` }]);
}

function broken(file: string, problems: readonly Problem[], cause?: unknown): ExpectedError {
  return new ExpectedError(ExitCode.usage, `${file} is not a cluster profile that this version can read.`, {
    problems,
    hint: "Save the profile of the cluster again.",
    ...(cause === undefined ? {} : { cause }),
  });
}
