// Written by scripts/pin-cluster-roles.ts from Kubernetes' bootstrap ClusterRoles of:
// 1.30.14, 1.31.14, 1.32.13, 1.33.13, 1.34.4, 1.35.4, 1.36.3, 1.37.2. Do not edit.

/** The rules of admin, edit and view by minor of Kubernetes 1.x; each file is read only when it is asked for. */
export const pinnedRoles = {
  30: () => import("./kubernetes-1.30.json", { with: { type: "json" } }),
  31: () => import("./kubernetes-1.30.json", { with: { type: "json" } }),
  32: () => import("./kubernetes-1.30.json", { with: { type: "json" } }),
  33: () => import("./kubernetes-1.30.json", { with: { type: "json" } }),
  34: () => import("./kubernetes-1.34.json", { with: { type: "json" } }),
  35: () => import("./kubernetes-1.35.json", { with: { type: "json" } }),
  36: () => import("./kubernetes-1.35.json", { with: { type: "json" } }),
  37: () => import("./kubernetes-1.35.json", { with: { type: "json" } }),
} as const;
