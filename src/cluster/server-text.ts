/**
 * The only place in this folder that decides by the text of a server's message.
 *
 * A 500 for an object that does not fit the schema (kubernetes: apimachinery/pkg/util/managedfields,
 * "failed to create typed patch object"): the object that we sent is wrong, and sending it again changes nothing.
 */
export function isTypedPatchFailure(message: string): boolean {
  return message.includes("failed to create typed patch object");
}
