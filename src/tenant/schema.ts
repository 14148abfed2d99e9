import * as z from "zod/mini";
import { API_VERSION } from "../manifests/names.ts";
import type { Json, JsonMap } from "../manifests/object.ts";
import { annotations, doc, objectLabels, text } from "./fields.ts";
import { labelFault, tenantNameFault } from "./names.ts";
import { sharedFields, sizeSchema, tenantSpec } from "./spec-schema.ts";

const apiVersion = z.literal(API_VERSION);

/** A `kind: Tenant` document as people write it. */
export const tenantSchema = z
  .strictObject({
    apiVersion,
    kind: z.literal("Tenant"),
    metadata: z.strictObject({
      name: text(tenantNameFault, "The tenant's name, at most 49 characters."),
      labels: z.exactOptional(objectLabels("Labels that go onto every object of the tenant.")),
      annotations: z.exactOptional(annotations("Stay in the file.")),
    }),
    spec: z.exactOptional(tenantSpec),
  })
  .check(doc("A group of people and workloads behind walls."));
/** A Tenant document as it is written. */
export type TenantInput = z.output<typeof tenantSchema>;
/** The `spec` of a Tenant document as it is written. */
export type TenantSpecInput = z.output<typeof tenantSpec>;

/** A `kind: TenantClass` document. */
export const classSchema = z
  .strictObject({
    apiVersion,
    kind: z.literal("TenantClass"),
    metadata: z.strictObject({
      name: text((name) => labelFault(name), "What spec.className of a tenant says."),
      labels: z.exactOptional(objectLabels("Stay in the file.")),
      annotations: z.exactOptional(annotations("Stay in the file.")),
    }),
    spec: z.strictObject({
      ...sharedFields,
      sizes: z.exactOptional(
        z
          .record(z.string(), sizeSchema)
          .check(doc("Sizes by name, beside or instead of small, medium and large.")),
      ),
      locked: z.exactOptional(
        z
          .array(z.string())
          .check(
            doc(
              "Fields of the spec that a tenant cannot set otherwise: nodes.mode, allowed.imageRegistries, namespaces[].quota.",
            ),
          ),
      ),
    }),
  })
  .check(
    doc(
      "Defaults, locked fields and sizes that many tenants share. It lives in files only, not in the cluster.",
    ),
  );
/** A TenantClass document as it is written. */
export type ClassInput = z.output<typeof classSchema>;

/** The JSON Schema (draft-07) of spec files, of both kinds, for editors and linters. */
export function tenantJsonSchema(): JsonMap {
  const schema = z.toJSONSchema(z.union([tenantSchema, classSchema]), { target: "draft-7", io: "input" });
  const { $schema, ...rest } = JSON.parse(JSON.stringify(schema)) as Record<string, Json>;
  return {
    $schema: $schema ?? "",
    $id: "https://mtenant.dev/tenant.schema.json",
    title: "mtenant spec file",
    ...rest,
  };
}
