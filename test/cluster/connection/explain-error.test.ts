import { expect, test } from "vitest";
import { ApiError, ConnectionError } from "../../../src/cluster/api-error.ts";
import { explainError } from "../../../src/cluster/explain-error.ts";

const request = "POST /api/v1/namespaces";
const cluster = { context: "prod $& 'eu'", server: "https://example.com" };

test.each([
  ["without a reason", "", "(422)"],
  ["with a reason", "Invalid", "(422 Invalid)"],
])("the server's words stay as they are, %s", (_, reason, suffix) => {
  const message = 'spec.text: Invalid value "(a )": must match';
  const error = new ApiError({ code: 422, reason, message, causes: [], request });
  expect(explainError(error, cluster, "do it").message).toBe(`cannot do it: ${message} ${suffix}`);
});

test.each(["dns", "refused", "tls"] as const)(
  "a hint about %s names the context, whatever it is called",
  (problem) => {
    const error = new ConnectionError(request, "no", undefined, { problem, sent: false });
    expect(explainError(error, cluster, "do it").hint).toContain(`context "${cluster.context}"`);
  },
);
