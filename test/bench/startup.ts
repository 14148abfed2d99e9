import { type Command, compare, median, type Samples } from "./measure.ts";
import { duration, table } from "./table.ts";

/** What a person waits for before anything happens: each against bare Node and against kubectl. */
export async function benchStartup(
  mtenant: Command,
  kubectl: string,
  spec: string,
  rounds: number,
): Promise<string> {
  const cases: Command[] = [
    { label: "node -e 0", program: process.execPath, args: ["-e", "0"] },
    { label: "kubectl version --client", program: kubectl, args: ["version", "--client"] },
    { ...mtenant, label: "mtenant --version", args: [...mtenant.args, "--version"] },
    { ...mtenant, label: "mtenant --help", args: [...mtenant.args, "--help"] },
    { ...mtenant, label: "mtenant render, one tenant", args: [...mtenant.args, "render", "-f", spec] },
  ];
  const samples = await compare(cases, rounds);
  const bare = Math.min(...(samples.get("node -e 0") ?? []));
  const rows = Array.from(samples, ([label, times]) => row(label, times, bare));
  return table(["start-up", "median", "fastest", "fastest over bare node"], rows);
}

function row(label: string, times: Samples, bare: number): string[] {
  const fastest = Math.min(...times);
  return [label, duration(median(times)), duration(fastest), duration(fastest - bare)];
}
