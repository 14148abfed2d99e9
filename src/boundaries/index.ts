import type { ObjectId } from "../manifests/object.ts";
import { access } from "./access/index.ts";
import type { Boundary, Reach } from "./boundary.ts";
import { guards } from "./guards/index.ts";
import { namespace } from "./namespace/index.ts";
import { network } from "./network/index.ts";
import { nodes } from "./nodes/index.ts";
import { pods } from "./pods/index.ts";
import { resources } from "./resources/index.ts";

/** All walls, in the order of rendering. Adding one is one folder and one line. */
export const boundaries: readonly Boundary[] = [guards, pods, namespace, resources, network, access, nodes];

/** What a change to an object of that kind means. A kind that no boundary knows counts as widening. */
export function reachOf(id: Pick<ObjectId, "group" | "kind">): Reach {
  const key = `${id.group}/${id.kind}`;
  const owner = boundaries.find((each) => Object.hasOwn(each.reach, key));
  return owner?.reach[key] ?? (() => "widens");
}
