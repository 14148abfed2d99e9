import { describeId, idOf } from "../../manifests/object.ts";
import type { Guarantee } from "../boundary.ts";
import { asPackaged, onlyKinds } from "../guards/guarantees.ts";

const kinds = ["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"];

/** The defaults are rendered where the server can apply them, exactly as packaged: they may not fill in anything else. */
export const defaultsAreOurs: Guarantee = (set) => asPackaged(set, "pods");

/** Nothing else in the cluster's set changes the pods of tenants. */
export const onlyDefaults: Guarantee = (set) => [
  ...onlyKinds(set, "pods", kinds),
  ...set.manifests
    .filter(({ object }) => kinds.includes(object.kind) && object.metadata.name !== "mtenant-pod-defaults")
    .map(({ object, template }) => ({
      rule: "Only mtenant-pod-defaults fills in the fields of pods.",
      template,
      message: `${describeId(idOf(object))} would change objects as well.`,
      remedy: "Remove it from the template.",
    })),
];
