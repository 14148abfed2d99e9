/** One table of the page, and what stands above it. */
export interface Section {
  readonly title: string;
  readonly table: string;
}

const explanations: Readonly<Record<string, string>> = {
  "Life of tenants": `kubectl is given what \`mtenant render\` prints for the same tenants, and does each step in its quickest way: \`apply
--server-side\`, \`diff --server-side\`, \`delete namespaces --wait\`. What all tenants share, the guards among it, is there
before and stays. mtenant does more in the same time: it checks the guarantees, keeps a record, holds a lock, waits for
the quotas, reads the walls again before access is given, and proves after a delete that nothing is left. The ratio is
how many times as long kubectl takes: the median of the rounds' own ratios, and the least and greatest of them.
Requests: the median of those that the API server's audit log has of each, mtenant / kubectl.`,
  "Start-up":
    "What a person waits for before anything happens, without a cluster. The fastest run is the one that others disturbed least.",
  Rendering: "`mtenant render` to stdout, without a cluster. Every guarantee is checked for every tenant.",
};

/** The page docs/benchmarks.md. */
export function documentText(where: string, sections: readonly Section[]): string {
  const parts = sections.map(({ title, table }) => `## ${title}\n${explanations[title] ?? ""}\n\n${table}\n`);
  return `# Benchmarks
Written by \`npm run bench -- --write\`, in one run. Read the ratios: the times are one machine's.

${where}

${parts.join("\n")}`;
}
