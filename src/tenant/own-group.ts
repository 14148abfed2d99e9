import { didYouMean } from "./suggest.ts";

const GROUP = "mtenant.dev";

/** Is this apiVersion mtenant's, or so close to it that it is mistyped? */
export function isMeantAsOwn(apiVersion: string): boolean {
  const [group = ""] = apiVersion.split("/");
  return group === GROUP || didYouMean(group, [GROUP]) !== "";
}

/** May a YAML or JSON text hold a document that is meant for mtenant? Quick, and never wrong about a no. */
export function mayHoldOwn(text: string): boolean {
  if (text.includes(`${GROUP}/`)) return true;
  const versions = text.matchAll(/\bapiVersion["']?\s*:\s*["']?([^\s"',}]+)/g);
  return Array.from(versions, ([, version = ""]) => version).some(isMeantAsOwn);
}
