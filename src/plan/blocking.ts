import type { KubernetesObject } from "../manifests/object.ts";
import { describeId, idOf } from "../manifests/object.ts";
import { managerOf } from "./field-managers.ts";
import { isList, valueAt } from "./json-values.ts";

/**
 * Finalizers that Kubernetes' own controllers take away by themselves once the object is deleted, from one kind or, the
 * garbage collector's, from every kind (kubernetes: pkg/volume/util/finalizer.go; pkg/apis/batch/types.go,
 * JobTrackingFinalizer; api/resource/v1/types.go; apimachinery/pkg/apis/meta/v1/types.go).
 */
const passing: ReadonlyMap<string, string | undefined> = new Map([
  ["kubernetes.io/pvc-protection", "PersistentVolumeClaim"],
  ["batch.kubernetes.io/job-tracking", "Pod"],
  ["resource.kubernetes.io/delete-protection", "ResourceClaim"],
  ["foregroundDeletion", undefined],
  ["orphan", undefined],
]);

function passes(finalizer: string, { kind }: KubernetesObject): boolean {
  return passing.has(finalizer) && [undefined, kind].includes(passing.get(finalizer));
}

/** The sentence for an object that finalizers keep, and who set each: whoever put it there has to take it away. */
export function finalizersOf(live: KubernetesObject): readonly string[] {
  return sentence(live, () => true);
}

/** The same of an object that is not being deleted yet: only the finalizers that will not go by themselves. */
export function lastingFinalizersOf(live: KubernetesObject): readonly string[] {
  return sentence(live, (finalizer) => !passes(finalizer, live));
}

function sentence(live: KubernetesObject, counts: (finalizer: string) => boolean): readonly string[] {
  const waits = (live.metadata.finalizers ?? []).flatMap((finalizer, at) => {
    if (!counts(finalizer)) return [];
    const { manager } = managerOf(live, ["metadata", "finalizers", String(at)]);
    return [manager === undefined ? finalizer : `${finalizer}, set by ${manager}`];
  });
  return waits.length === 0 ? [] : [`${describeId(idOf(live))} waits for ${waits.join("; ")}`];
}

/** kubernetes: staging/src/k8s.io/api/core/v1/types.go, NamespaceConditionType: each is a problem when it is True. */
export function conditionsOf(namespace: KubernetesObject): readonly string[] {
  const conditions = valueAt(namespace["status"], "conditions");
  return (isList(conditions) ? conditions : [])
    .filter((each) => valueAt(each, "status") === "True")
    .map((each) => `${String(valueAt(each, "type"))}: ${String(valueAt(each, "message"))}`);
}
