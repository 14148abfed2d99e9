import type { PodSecurityLevel } from "../../tenant/tenant.ts";

/**
 * The version of the Pod Security Standards that every namespace is held to, whatever the server: 1.35 and later admit
 * root with `hostUsers: false`, before 1.34 probes may name a host (kubernetes: pod-security-admission/policy).
 */
export const POD_SECURITY_VERSION = "v1.34";

/** What Pod Security Admission does with a pod below the level. */
export const podSecurityModes = ["enforce", "audit", "warn"] as const;
export type PodSecurityMode = (typeof podSecurityModes)[number];

/** The label of a mode (kubernetes: pod-security-admission/api/constants.go). */
export function podSecurityLabel(mode: PodSecurityMode): string {
  return `pod-security.kubernetes.io/${mode}`;
}

const strictness: Readonly<Record<PodSecurityLevel, number>> = { privileged: 0, baseline: 1, restricted: 2 };

/** 0 admits everything, 2 the least. No label admits everything; an unknown word is taken so too. */
export function podSecurityStrictness(level: string | undefined): number {
  return level !== undefined && Object.hasOwn(strictness, level) ? strictness[level as PodSecurityLevel] : 0;
}
