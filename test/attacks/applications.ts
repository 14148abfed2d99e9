import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../src/manifests/object.ts";
import type { Wall } from "./refusal.ts";

const folder = join(import.meta.dirname, "applications");

/** Which wall has to refuse an object, and in which words: they say what to add or change. */
export interface Expected {
  readonly by: Wall;
  readonly says: string;
}

/** What one file of the corpus says before its objects. */
interface Head {
  /** helm keeps a release record, which is a Secret, in the namespace. */
  readonly installedBy: "helm" | "kubectl";
  /** `Kind/name` → the refusal on every server; absent: it asks for nothing forbidden. */
  readonly refused?: Readonly<Record<string, Expected>>;
  /** Beside those, what is refused where the server cannot fill in what pods leave out. */
  readonly demanded?: Readonly<Record<string, Expected>>;
}

/** An application as teams install it, and what becomes of it inside the walls. */
export interface Application extends Head {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
}

/** The corpus: every file of `applications/`, by name. Throws for a file without head or objects. */
export function readApplications(): readonly Application[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  return files.sort().map((file) => readApplication(file));
}

function readApplication(file: string): Application {
  const documents = parseAllDocuments(readFileSync(join(folder, file), "utf8")).map((document) => {
    if (document.errors.length > 0) throw new Error(`${file}: ${document.errors[0]?.message}`);
    return document.toJS() as unknown;
  });
  const [head, ...objects] = documents as [Head, ...KubernetesObject[]];
  if (!["helm", "kubectl"].includes(head.installedBy) || objects.length === 0)
    throw new Error(`${file}: the first document says how it is installed, the others are what is installed`);
  return { ...head, name: file.replace(".yaml", ""), objects };
}

/** What has to be refused, by `Kind/name`, on a server that fills in what pods leave out, or on one that does not. */
export function expectedRefusals(
  application: Application,
  fillsIn: boolean,
): Readonly<Record<string, Expected>> {
  return { ...application.refused, ...(fillsIn ? {} : application.demanded) };
}

/** `Kind/name`. */
export function nameInApplication(object: KubernetesObject): string {
  return `${object.kind}/${object.metadata.name}`;
}
