import { expect, test } from "vitest";
import type { KubernetesObject } from "../../src/manifests/object.ts";
import { lastingFinalizersOf } from "../../src/plan/blocking.ts";

const carrying = (kind: string, ...finalizers: string[]): KubernetesObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "x", namespace: "team1", finalizers },
});

test.each([
  ["PersistentVolumeClaim", "kubernetes.io/pvc-protection"],
  ["Pod", "batch.kubernetes.io/job-tracking"],
  ["ConfigMap", "foregroundDeletion"],
])("what Kubernetes takes from a %s by itself does not block its removal", (kind, finalizer) => {
  expect(lastingFinalizersOf(carrying(kind, finalizer))).toEqual([]);
});

test.each([
  ["Pod", "kubernetes.io/pvc-protection"],
  ["ConfigMap", "batch.kubernetes.io/job-tracking"],
  ["ConfigMap", "kubernetes"],
  ["PersistentVolumeClaim", "evil.example.com/x"],
])("a %s is kept by %s, which nobody takes from it", (kind, finalizer) => {
  expect(lastingFinalizersOf(carrying(kind, finalizer, "orphan"))).toEqual([
    `${kind} team1/x waits for ${finalizer}`,
  ]);
});
