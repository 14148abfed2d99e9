declare const MTENANT_VERSION: string | undefined;

/** The version of this program: from package.json in the bundle, `0.0.0-source` when run from the source. */
export const version: string = typeof MTENANT_VERSION === "string" ? MTENANT_VERSION : "0.0.0-source";
