import type { KubernetesObject } from "../../manifests/object.ts";
import type { Diagnosis, Examination } from "./diagnosis.ts";

/** The part of a webhook that decides what it sees (kubernetes: staging/src/k8s.io/api/admissionregistration/v1/types.go). */
interface Webhook {
  readonly name: string;
  readonly failurePolicy?: "Fail" | "Ignore";
  readonly rules?: readonly {
    readonly apiGroups?: readonly string[];
    readonly resources?: readonly string[];
    readonly operations?: readonly string[];
  }[];
}

/**
 * Webhooks of others that see pods: one that changes them may put in what the guards refuse (sidecars, tolerations), one
 * that fails open is no wall. The walls of mtenant call no webhook.
 */
export const webhooks: Examination = ({ webhooks: seen }) => {
  const topic = "webhooks";
  if (seen === "unknown")
    return [
      { topic, health: "unknown", message: "the webhook configurations may not be read", evidence: [] },
    ];
  const onPods = seen.flatMap((configuration) =>
    webhooksOf(configuration)
      .filter(seesPods)
      .map((webhook) => ({ configuration, webhook })),
  );
  const changing = onPods.filter(
    ({ configuration }) => configuration.kind === "MutatingWebhookConfiguration",
  );
  const open = onPods.filter(({ webhook }) => webhook.failurePolicy === "Ignore");
  const found: Diagnosis[] = [];
  if (changing.length > 0)
    found.push({
      topic,
      health: "warning",
      message: "webhooks of others may change the pods of tenants: the guards judge what comes out",
      evidence: changing.map(named),
      remedy: `Exclude the namespaces labelled mtenant.dev/tenant from them, or see that what they add fits between the walls.`,
    });
  if (open.length > 0)
    found.push({
      topic,
      health: "warning",
      message: "webhooks of others let pods through while they do not answer: no wall may rest on them",
      evidence: open.map(named),
    });
  const good: Diagnosis = { topic, health: "good", message: "no webhook of others sees pods", evidence: [] };
  return found.length === 0 ? [good] : found;
};

function webhooksOf(configuration: KubernetesObject): readonly Webhook[] {
  return (configuration["webhooks"] ?? []) as readonly Webhook[];
}

function seesPods({ rules = [] }: Webhook): boolean {
  const has = (list: readonly string[] = [], wanted: string): boolean =>
    list.includes("*") || list.includes(wanted);
  return rules.some(
    ({ apiGroups, resources, operations }) =>
      has(apiGroups, "") && (has(resources, "pods") || has(resources, "*/*")) && has(operations, "CREATE"),
  );
}

function named({ configuration, webhook }: { configuration: KubernetesObject; webhook: Webhook }): string {
  return `${configuration.kind} ${configuration.metadata.name}: ${webhook.name} (failurePolicy ${webhook.failurePolicy ?? "Fail"})`;
}
