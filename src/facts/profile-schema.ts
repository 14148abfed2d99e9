import * as z from "zod/mini";
import type { Problem } from "../errors.ts";
import { networkFault } from "./cidr.ts";
import type { Facts } from "./facts.ts";

const strings = z.array(z.string());

const rule = z.strictObject({
  verbs: strings,
  apiGroups: z.optional(strings),
  resources: z.optional(strings),
  resourceNames: z.optional(strings),
  nonResourceURLs: z.optional(strings),
});

// A base role without rules would give a tenant Roles that grant nothing, and call them derived.
const rules = z.array(rule).check(z.minLength(1));

const cidr = z.string().check(
  z.refine((text) => networkFault(text) === undefined, {
    error: ({ input }) => `${networkFault(String(input))}.`,
  }),
);
const range = z.union([z.array(cidr), z.literal("unknown")]);

const toleration = z.strictObject({
  key: z.optional(z.string()),
  operator: z.optional(z.enum(["Exists", "Equal"])),
  value: z.optional(z.string()),
  effect: z.optional(z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])),
  tolerationSeconds: z.optional(z.int()),
});

const facts = z.strictObject({
  minor: z.int().check(z.gte(0)),
  baseRoles: z.strictObject({ admin: rules, edit: rules, view: rules }),
  mutatingAdmissionPolicies: z.boolean(),
  ranges: z.strictObject({ pods: range, services: range, nodes: range, apiServer: range }),
  runtimeClasses: z.union([
    z.array(z.strictObject({ name: z.string(), handler: z.string(), tolerations: z.array(toleration) })),
    z.literal("unknown"),
  ]),
  priorityClasses: z.union([
    z.array(z.strictObject({ name: z.string(), globalDefault: z.boolean() })),
    z.literal("unknown"),
  ]),
});

const profile = z.strictObject({ apiVersion: z.string(), kind: z.string(), facts });

/** The facts of a profile document, or everything that is wrong with it. Does not throw. */
export function readProfile(value: unknown): Facts | Problem[] {
  const result = z.safeParse(profile, value);
  if (result.success) return { source: "profile", ...(result.data.facts as Omit<Facts, "source">) };
  return result.error.issues.map((issue) => ({
    where: issue.path.map(String).join(".") || "profile",
    message: messageOf(issue),
  }));
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return `Expected ${issue.expected}.`;
  if (issue.code === "unrecognized_keys") return `Unknown field ${issue.keys.join(", ")}.`;
  if (issue.code === "too_small") return "Must not be empty.";
  if (issue.code === "invalid_value") return `Expected one of ${issue.values.map(String).join(", ")}.`;
  if (issue.code === "custom") return issue.message;
  return issue.code === "invalid_union"
    ? 'Expected "unknown" or a list of what it names.'
    : "Not in the form of this field.";
}
