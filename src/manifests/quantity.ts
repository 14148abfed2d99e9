/**
 * A Kubernetes quantity (kubernetes: apimachinery/pkg/api/resource/quantity.go): an exact number of billionths, and the
 * family of suffixes that it was written with, which decides how the server prints it.
 */
export interface Quantity {
  readonly nano: bigint;
  readonly format: "decimal" | "binary" | "exponent";
}

const NANO = 1_000_000_000n;

/** The server silently lowers what is larger than this to it; here it is refused. */
const LARGEST = (1n << 63n) - 1n;

const decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const SMALLEST_EXPONENT = -9;

const shape = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([eE])([+-]?\d{1,3})|([KMGTPE]i|[numkMGTPE]))?$/;

/**
 * Reads a quantity, or says `undefined` when the text is none, is finer than one billionth or is larger than 2^63-1:
 * those the server would round or lower without a word.
 */
export function parseQuantity(text: string): Quantity | undefined {
  if (text.length > 64) return undefined;
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [, sign = "", digits = "", exponentMark, exponent, suffix = ""] = match;
  const format = exponentMark !== undefined ? "exponent" : suffix.endsWith("i") ? "binary" : "decimal";
  const nano = scale(digits, format === "exponent" ? Number(exponent) : suffix);
  if (nano === undefined || nano > LARGEST * NANO) return undefined;
  return { nano: sign === "-" ? -nano : nano, format };
}

/** Digits times their suffix (or power of ten) in billionths; `undefined` where that is not whole. */
function scale(digits: string, suffix: string | number): bigint | undefined {
  const [whole = "", fraction = ""] = digits.split(".");
  const number = BigInt(whole + fraction);
  const power = typeof suffix === "number" ? suffix : decimalPower(suffix);
  const binary = typeof suffix === "number" ? 0 : Math.max(0, binarySuffixes.indexOf(suffix));
  return shift(number << BigInt(10 * binary), power + 9 - fraction.length);
}

function decimalPower(suffix: string): number {
  const index = decimalSuffixes.indexOf(suffix);
  return index < 0 ? 0 : SMALLEST_EXPONENT + 3 * index;
}

function shift(number: bigint, power: number): bigint | undefined {
  if (power >= 0) return number * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return number % divisor === 0n ? number / divisor : undefined;
}

/** The text as the API server prints it (quantity.go, CanonicalizeBytes). Throws when the text is no quantity. */
export function canonicalQuantity(text: string): string {
  const quantity = parseQuantity(text);
  if (quantity === undefined) throw new TypeError(`not a quantity: ${text}`);
  return printQuantity(quantity);
}

/** A quantity as the API server prints it. */
export function printQuantity(quantity: Quantity): string {
  const size = quantity.nano < 0n ? -quantity.nano : quantity.nano;
  const sign = quantity.nano < 0n ? "-" : "";
  const binary = quantity.format === "binary" && size >= 1024n * NANO && size % NANO === 0n;
  return sign + (binary ? printBinary(size / NANO) : printDecimal(size, quantity.format === "exponent"));
}

function printBinary(size: bigint): string {
  let number = size;
  let index = 0;
  while (number % 1024n === 0n && index < binarySuffixes.length - 1) {
    number /= 1024n;
    index += 1;
  }
  return `${number}${binarySuffixes[index]}`;
}

function printDecimal(nano: bigint, asExponent: boolean): string {
  if (nano === 0n) return "0";
  let number = nano;
  let index = 0;
  while (number % 1000n === 0n && index < decimalSuffixes.length - 1) {
    number /= 1000n;
    index += 1;
  }
  const exponent = SMALLEST_EXPONENT + 3 * index;
  if (asExponent) return exponent === 0 ? `${number}` : `${number}e${exponent}`;
  return `${number}${decimalSuffixes[index]}`;
}

/** Negative, zero or positive as `one` is smaller than, equal to or larger than `other`. Throws when either is no quantity. */
export function compareQuantities(one: string, other: string): number {
  const difference = nanoOf(one) - nanoOf(other);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The sum of quantities, written with the suffixes of the first. Throws when one is no quantity. */
export function sumQuantities(quantities: readonly string[]): string {
  const format = parseQuantity(quantities[0] ?? "0")?.format ?? "decimal";
  return printQuantity({ nano: quantities.reduce((sum, text) => sum + nanoOf(text), 0n), format });
}

function nanoOf(text: string): bigint {
  const quantity = parseQuantity(text);
  if (quantity === undefined) throw new TypeError(`not a quantity: ${text}`);
  return quantity.nano;
}
