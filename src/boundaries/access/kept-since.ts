import type { TenantRole } from "../../tenant/tenant.ts";

// Written by scripts/pin-kept-triples.ts. Do not edit.

/** The first minor of Kubernetes 1.x whose own ClusterRole keeps exactly these triples, by role and `DerivedRole.hash`. */
export const keptSince: Readonly<Record<TenantRole, Readonly<Record<string, number>>>> = {
  Owner: {
    "sha256:f97295b0b039f5692e11be701f02a53a6af82ebe0138d61421457ebabe9c6db0": 30,
    "sha256:3396b83b6737c3c72b97ea46cb7201231d0512159e079a21bc5c09d865cc824c": 35,
  },
  Developer: {
    "sha256:4583961fd4c26cf054a3b83dab10aa4e9b649d01c0ef4d1cbdc55566ab87ecd0": 30,
    "sha256:0a9f4306e8d602741d87157867bcd7f652685d34a9b811b2aafbbff251839cae": 35,
  },
  Viewer: {
    "sha256:8d847ed36431a2676a9887f72161c79e8be637fcf5872833025adafd8b50f149": 30,
    "sha256:8fcfba1a02262f39b1352fac49021ce381c1e4510bba2145461d4cddcde8250d": 35,
  },
};
