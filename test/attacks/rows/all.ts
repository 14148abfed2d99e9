import type { AttackRow } from "../row.ts";
import { apiRows } from "./api.ts";
import { effectRows } from "./effects.ts";
import { nodeRows } from "./nodes.ts";
import { rowsOfTheProduct } from "./of-the-product.ts";
import { quotaRows } from "./quota.ts";
import { schedulingRows } from "./scheduling.ts";
import { thirdPartyRows } from "./third-parties.ts";

/** Every attack: those of `mtenant verify`, and those that only a test may send. */
export const rows: readonly AttackRow[] = [
  ...rowsOfTheProduct,
  ...apiRows,
  ...thirdPartyRows,
  ...effectRows,
  ...quotaRows,
  ...schedulingRows,
  ...nodeRows,
];
