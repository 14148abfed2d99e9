/** The comments of one template document, by the path of the node they stand at ("" is the document itself). */
export type Comments = ReadonlyMap<string, Comment>;

/** Comment lines above a node, and the comment behind it, both without the leading `#`. */
export interface Comment {
  readonly before?: string;
  readonly behind?: string;
}

/** The key of a node in `Comments`: the JSON Pointer (RFC 6901) of its place. */
export function commentPath(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
