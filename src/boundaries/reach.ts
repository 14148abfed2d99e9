/** What a change means for the tenant's reach. What cannot be decided counts as `widens`. */
export type Effect = "widens" | "narrows" | "neutral";

/** Two effects of one change together: widening wins, then narrowing. */
export function worse(one: Effect, other: Effect): Effect {
  if (one === "widens" || other === "widens") return "widens";
  return one === "narrows" || other === "narrows" ? "narrows" : "neutral";
}
