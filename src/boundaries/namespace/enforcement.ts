import type { PodSecurityLevel, Tenant, TenantNamespace } from "../../tenant/tenant.ts";
import type { PodSecurityMode } from "./pod-security.ts";

/** What the guards do in a namespace: the value of ENFORCEMENT_LABEL. */
export function enforcementOf({ enforcement }: TenantNamespace): "Deny" | "Warn" {
  return enforcement?.mode ?? "Deny";
}

/** The Pod Security level of a mode: in the stage of warnings, pods below the level are spoken of and let through. */
export function enforcedLevel(namespace: TenantNamespace, mode: PodSecurityMode): PodSecurityLevel {
  return mode === "enforce" && enforcementOf(namespace) === "Warn" ? "privileged" : namespace.podSecurity;
}

/** A wall that the spec itself leaves open for a time. */
export interface OpenWall {
  readonly namespace: string;
  readonly message: string;
}

/** The namespaces of a tenant in which the walls against its workloads only warn, and until when. */
export function openWalls({ namespaces }: Tenant): OpenWall[] {
  return namespaces.flatMap(({ name, enforcement }) =>
    enforcement === undefined
      ? []
      : [
          {
            namespace: name,
            message: `guards and Pod Security only warn here until ${enforcement.until}, as the spec says; take enforcement out of it to have them refuse`,
          },
        ],
  );
}
