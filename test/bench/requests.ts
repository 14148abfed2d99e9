import { open, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Counts what a program asked of the API servers between two moments. */
export interface RequestCounter {
  /** From here on. */
  begin(): Promise<void>;
  /** How many requests the servers answered since `begin` to programs whose User-Agent begins with this. */
  count(userAgent: string): Promise<number>;
}

/** A counter that reads the audit logs of the API servers. */
export function requestCounter(auditLogs: readonly string[]): RequestCounter {
  let starts: readonly number[] = [];
  return {
    async begin() {
      starts = await Promise.all(auditLogs.map(sizeOf));
    },
    async count(userAgent) {
      // An event is written after its answer was sent, so that the last ones may still be on their way.
      await sleep(200);
      const texts = await Promise.all(auditLogs.map((log, index) => readFrom(log, starts[index] ?? 0)));
      return texts.reduce((sum, text) => sum + requestsOf(text, userAgent), 0);
    },
  };
}

/** How many events of an audit log are of requests from programs whose User-Agent begins with this. */
export function requestsOf(log: string, userAgent: string): number {
  const events = log.split("\n").filter((line) => line !== "");
  return events.filter((line) => agentOf(JSON.parse(line)).startsWith(userAgent)).length;
}

function agentOf(event: { readonly userAgent?: string }): string {
  return event.userAgent ?? "";
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file)).size;
}

async function readFrom(file: string, start: number): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const { buffer } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    // The last line may be only half there.
    return buffer.toString("utf8", 0, buffer.lastIndexOf("\n") + 1);
  } finally {
    await handle.close();
  }
}
