import type { Verification } from "../../src/checks/verify/verification.ts";

/** What a cluster could put into a message to be more than text. */
const hostile = "<script>|`*\u001b[2J\nnext \uffff\ud800 ]]>";

/** A tenant with one breach and one wall that holds. */
export const verification: Verification = {
  cluster: { findings: [], wallWriters: [] },
  tenants: [
    {
      tenant: "team",
      neighbours: { tenants: ["other"], of: 12 },
      rights: [
        {
          role: "Owner",
          as: "u (g)",
          namespace: "team",
          complete: true,
          resources: [{ resource: "pods/exec", verbs: ["create", "get"] }],
        },
      ],
      benchmark: [{ id: "B-1", title: "Block it", verdict: "declined", why: "because", checks: [] }],
      findings: [
        {
          id: "A1-pods",
          boundary: "access",
          title: "a tenant that looks at a neighbour's pods",
          namespace: "team",
          neighbour: "other",
          verdict: "breach",
          message: hostile,
          evidence: [{ as: "u (g)", request: "GET /x", code: 200, reason: "", message: hostile }],
        },
        {
          id: "wall",
          boundary: "network",
          title: "it is as rendered",
          namespace: "team",
          verdict: "pass",
          message: "it is",
          evidence: [],
        },
      ],
    },
  ],
};
