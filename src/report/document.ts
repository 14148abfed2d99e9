import { API_VERSION } from "../manifests/names.ts";

/** What every `-o json` of mtenant's own is: a document with an apiVersion and a kind, as Kubernetes' are. */
export function documentOfKind(kind: string, fields: object): object {
  return { apiVersion: API_VERSION, kind, ...fields };
}
