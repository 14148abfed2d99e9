import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";

/** A certificate and its private key, both PEM. */
export interface Certificate {
  readonly name: string;
  readonly certificate: string;
  readonly key: string;
}

/** A key pair for signing service account tokens, both PEM. */
export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Makes a certificate authority that is valid for a day around now. */
export function createAuthority(name: string): Certificate {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const extensions = [
    extension("2.5.29.19", true, sequence(tlv(0x01, Buffer.from([0xff])))), // basicConstraints: CA
    extension("2.5.29.15", true, bitString(Buffer.from([0x86]), 1)), // keyUsage: sign data, certificates, CRLs
  ];
  return issue(
    { name, issuer: name, publicKey: keys.publicKey, signer: keys.privateKey, extensions },
    keys.privateKey,
  );
}

/** Makes a serving certificate for the given DNS names and IPv4 addresses. */
export function createServingCertificate(authority: Certificate, hosts: readonly string[]): Certificate {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const alternativeNames = hosts.map((host) =>
    isIPv4(host) ? tlv(0x87, Buffer.from(host.split(".").map(Number))) : tlv(0x82, Buffer.from(host)),
  );
  const extensions = [
    extension("2.5.29.17", false, sequence(...alternativeNames)),
    extension("2.5.29.37", false, sequence(objectIdentifier("1.3.6.1.5.5.7.3.1"))), // serverAuth
  ];
  const signer = createPrivateKey(authority.key);
  const name = hosts[0] ?? "server";
  return issue(
    { name, issuer: authority.name, publicKey: keys.publicKey, signer, extensions },
    keys.privateKey,
  );
}

/** Makes a key pair without a certificate. */
export function createKeyPair(): KeyPair {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicKey = keys.publicKey.export({ type: "spki", format: "pem" });
  return { publicKey: publicKey.toString(), privateKey: pemOf(keys.privateKey) };
}

interface Request {
  readonly name: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: readonly Buffer[];
}

// X.509 v3, RFC 5280 section 4.1: node:crypto reads certificates, and cannot make them.
function issue(request: Request, key: KeyObject): Certificate {
  const algorithm = sequence(objectIdentifier("1.2.840.10045.4.3.2")); // ecdsa-with-SHA256
  const body = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    distinguishedName(request.issuer),
    sequence(utcTime(-86_400_000), utcTime(86_400_000)),
    distinguishedName(request.name),
    request.publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa3, sequence(...request.extensions)),
  );
  const der = sequence(body, algorithm, bitString(sign("sha256", body, request.signer), 0));
  return { name: request.name, certificate: pem("CERTIFICATE", der), key: pemOf(key) };
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").replaceAll(/.{64}/g, "$&\n");
  return `-----BEGIN ${label}-----\n${lines.trimEnd()}\n-----END ${label}-----\n`;
}

function tlv(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const length =
    content.length < 0x80 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function sequence(...contents: Buffer[]): Buffer {
  return tlv(0x30, ...contents);
}

function integer(bytes: Buffer): Buffer {
  return tlv(0x02, bytes);
}

function bitString(bytes: Buffer, unusedBits: number): Buffer {
  return tlv(0x03, Buffer.from([unusedBits]), bytes);
}

function utcTime(offset: number): Buffer {
  const digits = new Date(Date.now() + offset).toISOString().replaceAll(/[-:T]|\..*/g, "");
  return tlv(0x17, Buffer.from(`${digits.slice(2)}Z`));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(objectIdentifier("2.5.4.3"), tlv(0x0c, Buffer.from(commonName)))));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [tlv(0x01, Buffer.from([0xff]))] : [];
  return sequence(objectIdentifier(id), ...flag, tlv(0x04, value));
}

function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}
