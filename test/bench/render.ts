import { type Command, compare, median } from "./measure.ts";
import { writeSpecs } from "./specs.ts";
import { duration, table } from "./table.ts";

/** `mtenant render` of many tenants, without a cluster. */
export async function benchRender(
  mtenant: Command,
  folder: string,
  counts: readonly number[],
  rounds: number,
): Promise<string> {
  const rows: string[][] = [];
  for (const count of counts) {
    const spec = await writeSpecs(folder, count);
    const command = { ...mtenant, args: [...mtenant.args, "render", "-f", spec] };
    const middle = median((await compare([command], rounds)).get(mtenant.label) ?? []);
    rows.push([`${count}`, duration(middle), duration(middle / count)]);
  }
  return table(["render: tenants", "median", "per tenant"], rows);
}
