/** The comments of one template document, by the path of the node they stand at ("" is the document itself). */
export type Comments = ReadonlyMap<string, Comment>;

/** Comment lines above a node, the comment behind it, and lines below a collection; all without the leading `#`. */
export interface Comment {
  readonly before?: string;
  readonly behind?: string;
  readonly after?: string;
}

/** The key of a node in `Comments`: the JSON Pointer (RFC 6901) of its place. */
export function commentPath(path: readonly (string | number)[]): string {
  return path.map((part) => `/${pointerPart(part)}`).join("");
}

/** One step of a JSON Pointer, escaped as RFC 6901 section 3 says. */
export function pointerPart(part: string | number): string {
  if (typeof part === "number") return String(part);
  return /[~/]/.test(part) ? part.replaceAll("~", "~0").replaceAll("/", "~1") : part;
}
