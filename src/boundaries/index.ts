import type { Boundary } from "./boundary.ts";

/** All walls, in the order of rendering. Adding one is one folder and one line. */
export const boundaries: readonly Boundary[] = [];
