/** Characters of an image reference (distribution: reference/regexp.go), none of which separates a list in an annotation. */
const reference = /^[A-Za-z0-9][A-Za-z0-9._:-]*\/[A-Za-z0-9._:@/-]*$/;

/**
 * What is wrong with the beginning of image references: without a `/` behind the host, `registry.example.com` would
 * allow `registry.example.com.evil.example` as well.
 */
export function registryFault(prefix: string): string | undefined {
  if (!prefix.includes("/")) {
    return `${JSON.stringify(prefix)} also begins the name of other hosts; end it with "/" or add a path`;
  }
  if (prefix.includes("://")) return `${JSON.stringify(prefix)} is a URL; image references have no scheme`;
  if (prefix.length <= 255 && reference.test(prefix)) return undefined;
  return `${JSON.stringify(prefix)} cannot begin an image reference`;
}
