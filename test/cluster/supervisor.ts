import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";

// Reads process ids, one a line. When its input ends, for whatever reason, it stops those processes one after the
// other, the last started first, and removes the folder.
const script = `
pids=
while read -r pid; do pids="$pid $pids"; done
for pid in $pids; do
  kill -TERM "$pid" 2>/dev/null || continue
  tries=0
  while kill -0 "$pid" 2>/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -eq 200 ]; then kill -KILL "$pid" 2>/dev/null; fi
    if [ "$tries" -eq 220 ]; then break; fi
    sleep 0.05
  done
done
rm -rf "$1"
`;

/** Processes that live in one folder and never outlive the process that started them, not even when it is killed. */
export interface Supervisor {
  /** Starts a program with the folder as its working directory and `NAME.log` in it as its output. */
  start(name: string, command: readonly string[]): Promise<ChildProcess>;
  /** Stops everything, the last started first, each before the next, and removes the folder. */
  stop(): Promise<void>;
}

/** Starts a supervisor for `folder`. The stopping itself is done by a process of its own that outlives this one. */
export function supervise(folder: string): Supervisor {
  const watchdog = spawn("sh", ["-c", script, "sh", folder], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true, // Ctrl-C is for us: it must still be there when we are gone
  });
  watchdog.unref();
  const stopped = once(watchdog, "close");
  return {
    async start(name, command) {
      const child = await startLogged(join(folder, `${name}.log`), folder, command);
      watchdog.stdin.write(`${child.pid}\n`);
      return child;
    },
    async stop() {
      watchdog.ref();
      watchdog.stdin.end();
      await stopped;
    },
  };
}

async function startLogged(log: string, folder: string, command: readonly string[]): Promise<ChildProcess> {
  const [file = "", ...args] = command;
  const output = openSync(log, "a", 0o600);
  try {
    const child = spawn(file, args, { cwd: folder, stdio: ["ignore", output, output], detached: true });
    await once(child, "spawn");
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}
