interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | null;
}

/**
 * Does a LabelSelector, as read from the API server, select these labels? `{}` selects everything, an operator that is
 * not known selects nothing (kubernetes: apimachinery/pkg/apis/meta/v1/types.go, LabelSelector).
 */
export function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (typeof selector !== "object" || selector === null) return false;
  const { matchLabels, matchExpressions } = selector as {
    readonly matchLabels?: Readonly<Record<string, string>> | null;
    readonly matchExpressions?: readonly Requirement[] | null;
  };
  return (
    Object.entries(matchLabels ?? {}).every(([key, value]) => valueOf(labels, key) === value) &&
    (matchExpressions ?? []).every((requirement) => meets(labels, requirement))
  );
}

function meets(labels: Readonly<Record<string, string>>, { key, operator, values }: Requirement): boolean {
  const value = valueOf(labels, key);
  if (operator === "Exists") return value !== undefined;
  if (operator === "DoesNotExist") return value === undefined;
  if (operator === "In") return value !== undefined && (values ?? []).includes(value);
  return operator === "NotIn" && (value === undefined || !(values ?? []).includes(value));
}

function valueOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
