import type { TenantRole } from "../../src/tenant/tenant.ts";
import { rows } from "./rows/all.ts";
import { rowsOfTheProduct } from "./rows/of-the-product.ts";
import { type WithheldRight, withheldRights } from "./rows/rights.ts";
import type { Arm, AttackRow, Place } from "./row.ts";
import { type Grounds, prepareGrounds } from "./arms.ts";
import { type Result, tryRow } from "./run.ts";

/** How many dry-runs are under way at the same time. */
const AT_ONCE = 8;

/** What came of every attack in every arm. */
export interface Suite {
  /** The results of a row by arm; no result where the row does not apply. */
  resultOf(arm: Arm, id: string): Result | undefined;
  /** The rights of `admin` that a role lacks and yet has in an arm, or in the bare arm lacks; empty when all is well. */
  readonly misplacedRights: readonly string[];
  /** How many rights were asked for, by role. */
  readonly withheld: Readonly<Record<TenantRole, number>>;
}

/** Starts the grounds, sends everything in every arm, and takes all down again. */
export async function runSuite(): Promise<Suite> {
  const grounds = await prepareGrounds();
  try {
    const results = new Map<string, Result>();
    const misplaced: string[] = [];
    const rights = await rightsOf(grounds);
    const send = async (arm: Arm, placeOf: (row: AttackRow) => Place | undefined): Promise<void> => {
      for (const result of await tryAll(placeOf)) results.set(`${arm} ${result.id}`, result);
    };
    const [bare] = grounds.bare as [Place];
    await send("bare", (row) => grounds.bare.find((place) => row.applies?.(place) ?? true));
    misplaced.push(...(await missing(bare, rights)));
    for (const place of Object.values(await grounds.raise())) {
      await send(place.arm, (row) => ((row.applies?.(place) ?? true) ? place : undefined));
      misplaced.push(...(await held(place, rights)));
    }
    return {
      resultOf: (arm, id) => results.get(`${arm} ${id}`),
      misplacedRights: misplaced,
      withheld: Object.fromEntries(rights.map(([role, each]) => [role, each.length])) as Suite["withheld"],
    };
  } finally {
    await grounds.stop();
  }
}

type Rights = readonly (readonly [TenantRole, readonly WithheldRight[]])[];

async function rightsOf({ stand, bare }: Grounds): Promise<Rights> {
  const facts = (bare[0] as Place).scope.facts;
  const roles = ["Owner", "Developer", "Viewer"] as const;
  return Promise.all(
    roles.map(async (role) => [role, await withheldRights(stand.admin, facts, role)] as const),
  );
}

/** Dry-runs go side by side; what is real goes one after the other. */
async function tryAll(placeOf: (row: AttackRow) => Place | undefined): Promise<Result[]> {
  const results: Result[] = [];
  const tried = async (row: AttackRow): Promise<void> => {
    const place = placeOf(row);
    if (place !== undefined) results.push(await tryRow(row, place));
  };
  await inParallel(rowsOfTheProduct, tried);
  for (const row of rows.filter((each) => !rowsOfTheProduct.includes(each))) await tried(row);
  return results;
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** In the bare namespace everybody has them: what nobody can use would prove nothing. */
async function missing(place: Place, rights: Rights): Promise<string[]> {
  return ask(place, rights, (reply) => !reply.through);
}

async function held(place: Place, rights: Rights): Promise<string[]> {
  return ask(place, rights, (reply) => reply.by !== "RBAC" || reply.code !== 403);
}

async function ask(
  place: Place,
  rights: Rights,
  isWrong: (reply: Awaited<ReturnType<WithheldRight["attack"]>>) => boolean,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [role, each] of rights)
    await inParallel(each, async ({ what, attack }) => {
      const reply = await attack(place, place.people[role]);
      if (isWrong(reply)) wrong.push(`${place.arm} ${role}: ${what}: ${reply.code} ${reply.message}`);
    });
  return wrong;
}
