import { accessAttacks } from "./access/attacks.ts";
import type { Attack } from "./attack.ts";
import { guardsAttacks } from "./guards/attacks.ts";
import { namespaceAttacks } from "./namespace/attacks.ts";
import { networkAttacks } from "./network/attacks.ts";
import { nodesAttacks } from "./nodes/attacks.ts";
import { podsAttacks } from "./pods/attacks.ts";
import { resourcesAttacks } from "./resources/attacks.ts";

/** What a malicious tenant tries against all walls. Kept apart from `boundaries`, so that rendering does not load it. */
export const attacks: readonly Attack[] = [
  ...accessAttacks,
  ...namespaceAttacks,
  ...resourcesAttacks,
  ...networkAttacks,
  ...podsAttacks,
  ...nodesAttacks,
  ...guardsAttacks,
];
