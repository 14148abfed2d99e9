import { ExitCode, ExpectedError } from "../../errors.ts";

/** Reads the fields of one map of a kubeconfig. Messages name file and field, never a value: it may be a secret. */
export class Fields {
  readonly #map: Readonly<Record<string, unknown>>;
  readonly #where: string;

  constructor(value: unknown, where: string) {
    if (value !== undefined && value !== null && (typeof value !== "object" || Array.isArray(value))) {
      throw new ExpectedError(ExitCode.usage, `${where} must be a map`);
    }
    this.#map = (value ?? {}) as Readonly<Record<string, unknown>>;
    this.#where = where;
  }

  /** Absent, null and "" are the same, as in kubectl. */
  text(name: string): string | undefined {
    const value = this.raw(name);
    if (value === undefined || value === null || value === "") return undefined;
    if (typeof value !== "string") throw this.#wrong(name, "a string");
    return value;
  }

  truth(name: string): boolean {
    const value = this.raw(name) ?? false;
    if (typeof value !== "boolean") throw this.#wrong(name, "true or false");
    return value;
  }

  list(name: string): readonly unknown[] {
    const value = this.raw(name) ?? [];
    if (!Array.isArray(value)) throw this.#wrong(name, "a list");
    return value;
  }

  texts(name: string): readonly string[] {
    const values = this.list(name);
    if (!values.every((value) => typeof value === "string")) throw this.#wrong(name, "a list of strings");
    return values;
  }

  map(name: string): Fields {
    return new Fields(this.raw(name), this.path(name));
  }

  has(name: string): boolean {
    const value = this.raw(name);
    return value !== undefined && value !== null;
  }

  raw(name: string): unknown {
    return Object.hasOwn(this.#map, name) ? this.#map[name] : undefined;
  }

  names(): readonly string[] {
    return Object.keys(this.#map);
  }

  path(name: string): string {
    return `${this.#where}.${name}`;
  }

  #wrong(name: string, wanted: string): ExpectedError {
    return new ExpectedError(ExitCode.usage, `${this.path(name)} must be ${wanted}`);
  }
}
