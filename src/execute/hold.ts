import type { Clock } from "../cluster/clock.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import { describeOwner } from "../manifests/manifest.ts";
import { mayTake } from "../record/lock.ts";
import type { Holder, OwnerRecord } from "../record/record.ts";
import type { Execution } from "./execution.ts";
import { interrupted } from "./execute-plan.ts";
import type { StoredRecord } from "./records.ts";
import { createRecord, deleteRecord, readRecord, writeRecord } from "./records.ts";

/** An owner's record that this process holds: nobody else works on the owner while it moves. */
export class RecordHold {
  readonly #cluster: Cluster;
  readonly #clock: Clock;
  readonly #us: Holder;
  #stored: StoredRecord;
  #confirmed: number;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(cluster: Cluster, clock: Clock, us: Holder, stored: StoredRecord) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#us = us;
    this.#stored = stored;
    this.#confirmed = clock.now();
  }

  get record(): OwnerRecord {
    return this.#stored.record;
  }

  /** Makes sure that the record is still held, and moves it in good time. Throws ExpectedError (exit code 4) when it was taken. */
  readonly keepAlive = async (): Promise<void> => {
    if (this.#clock.now() - this.#confirmed < (this.#us.seconds * 1000) / 4) return;
    await this.update({});
  };

  /** Changes the record and goes on holding it. */
  async update(change: Partial<OwnerRecord>): Promise<void> {
    await this.#write(() => {
      const beat = (this.record.holder?.beat ?? 0) + 1;
      return { ...this.record, ...change, holder: { ...this.#us, beat } };
    });
  }

  /** Changes the record and lets others work on the owner. */
  async release(change: Partial<OwnerRecord>): Promise<void> {
    await this.#write(() => {
      const { holder: _, ...free } = { ...this.record, ...change };
      return free;
    });
  }

  /** Deletes the record. */
  async remove(): Promise<void> {
    await deleteRecord(this.#cluster, this.#stored);
  }

  /** One write after the other: each carries the resourceVersion that the last one left. */
  async #write(next: () => OwnerRecord): Promise<void> {
    const before = this.#writing;
    const write = this.#writeAfter(before, next);
    this.#writing = write.catch(() => undefined);
    await write;
  }

  async #writeAfter(before: Promise<unknown>, next: () => OwnerRecord): Promise<void> {
    await before;
    const asked = this.#clock.now();
    this.#stored = await writeRecord(this.#cluster, this.#stored, next());
    this.#confirmed = asked;
  }
}

/**
 * Takes the owner's record: creates it, or replaces a holder that let it rest for the whole time it had claimed.
 * `planned`: the record that the plan was made from; another one by now makes the plan void. `next` is what the record
 * says from here on. Throws ExpectedError: exit code 4 when somebody else holds it or it is another one, 130.
 */
export async function holdRecord(
  execution: Execution,
  planned: StoredRecord | undefined,
  next: OwnerRecord,
  us: Holder,
): Promise<RecordHold> {
  const { cluster, clock } = execution;
  const record = { ...next, holder: { ...us, beat: 0 } };
  if (planned === undefined) return new RecordHold(cluster, clock, us, await createRecord(cluster, record));
  await waitUntilFree(execution, planned, us);
  return new RecordHold(cluster, clock, us, await writeRecord(cluster, planned, record));
}

const PAUSE_MS = 1_000;

/** Watches the record rest. That it rested is measured on this clock alone. */
async function waitUntilFree(execution: Execution, planned: StoredRecord, us: Holder): Promise<void> {
  const { cluster, clock, signal, onEvent } = execution;
  const { record, resourceVersion, uid } = planned;
  const start = clock.now();
  if (mayTake(record, us.id, 0)) return;
  onEvent({ kind: "waiting", what: `${record.holder?.id} to finish with ${describeOwner(record.owner)}` });
  while (!mayTake(record, us.id, (clock.now() - start) / 1000)) {
    await clock.sleep(PAUSE_MS, signal).catch(() => undefined);
    if (signal.aborted) throw interrupted();
    const now = await readRecord(cluster, record.owner);
    if (now?.resourceVersion !== resourceVersion || now.uid !== uid) throw busy(record);
  }
}

function busy({ owner, holder }: OwnerRecord): ExpectedError {
  return new ExpectedError(ExitCode.refused, `${holder?.id} works on ${describeOwner(owner)}`, {
    hint: "run the command again when they are done: it plans anew from what is there then",
  });
}
