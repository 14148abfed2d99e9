/** How many requests may be under way at the same time; who comes first is served first. */
export interface InFlightLimit {
  /** Requests under way now. */
  readonly active: number;
  readonly limit: number;
  /** At least 1. More: those who wait may start at once. Fewer: those under way finish. */
  setLimit(limit: number): void;
  /** Waits for a place and runs the work in it. Rejects with the signal's reason when it aborts before there is one. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

interface Waiting {
  readonly start: () => void;
}

/** A limit for all requests to one server. */
export function inFlightLimit(initial: number): InFlightLimit {
  let limit = Math.max(1, initial);
  let active = 0;
  const queue = new Set<Waiting>();

  const admit = (): void => {
    for (const waiting of queue) {
      if (active >= limit) return;
      queue.delete(waiting);
      active += 1;
      waiting.start();
    }
  };
  const enter = (signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => {
        queue.delete(waiting);
        reject(signal?.reason as Error);
      };
      const waiting: Waiting = {
        start: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      if (signal?.aborted === true) return onAbort();
      signal?.addEventListener("abort", onAbort);
      queue.add(waiting);
      admit();
    });
  const leave = (): void => {
    active -= 1;
    admit();
  };
  return {
    get active() {
      return active;
    },
    get limit() {
      return limit;
    },
    setLimit(next) {
      limit = Math.max(1, next);
      admit();
    },
    async run(work, signal) {
      await enter(signal);
      return work().finally(leave);
    },
  };
}
