import { keyOf } from "../manifests/object.ts";
import type { RecordEntry } from "./record.ts";

/**
 * One line per object: form, uid or `-`, `group/Kind/namespace/name`, and what an amendment's fields were before.
 * No part but the last can hold a space, and JSON text holds no newline.
 */
export function encodeEntries(entries: readonly RecordEntry[]): string {
  return entries
    .map(({ form, uid = "-", id, former }) =>
      [form, uid, keyOf(id), ...(former === undefined ? [] : [former])].join(" "),
    )
    .join("\n");
}

/** Reads what `encodeEntries` wrote; undefined when a line is none of its. */
export function decodeEntries(text: string): readonly RecordEntry[] | undefined {
  const entries = text.split("\n").map((line) => (line === "" ? null : decodeEntry(line)));
  if (entries.includes(undefined)) return undefined;
  return entries.filter((entry): entry is RecordEntry => entry !== null && entry !== undefined);
}

function decodeEntry(line: string): RecordEntry | undefined {
  const [form, uid, key, ...rest] = line.split(" ");
  const [group, kind, namespace, name, ...more] = (key ?? "").split("/");
  if ((form !== "object" && form !== "amendment") || !uid || !kind || !name || more.length > 0)
    return undefined;
  return {
    id: { group: group ?? "", kind, namespace: namespace ?? "", name },
    form,
    ...(uid === "-" ? {} : { uid }),
    ...(rest.length === 0 ? {} : { former: rest.join(" ") }),
  };
}

/**
 * What may exist once the first write is sent: everything that the record held, and everything new. A new entry wins
 * over the old one of the same object, but an amendment's `former` stays what it was the first time.
 */
export function superset(
  held: readonly RecordEntry[],
  planned: readonly RecordEntry[],
): readonly RecordEntry[] {
  const all = new Map(held.map((entry) => [keyOf(entry.id), entry]));
  for (const entry of planned) {
    const former = all.get(keyOf(entry.id))?.former ?? entry.former;
    all.set(keyOf(entry.id), former === undefined ? entry : { ...entry, former });
  }
  return [...all.values()];
}
