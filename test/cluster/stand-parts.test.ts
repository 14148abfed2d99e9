import { X509Certificate } from "node:crypto";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { findBinaries } from "./binaries.ts";
import { pinnedVersion } from "./build.ts";
import { createAuthority, createServingCertificate } from "./certificates.ts";
import { withLock } from "./lock.ts";
import { needsCluster } from "./needs-cluster.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mtenant-stand-parts-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("the programs", () => {
  test("given by KUBEBUILDER_ASSETS without a controller manager are refused with what is missing", async () => {
    for (const name of ["etcd", "kube-apiserver", "kubectl"]) await writeFile(join(folder, name), "");
    vi.stubEnv("KUBEBUILDER_ASSETS", folder);
    await expect(findBinaries()).rejects.toThrow("which has no kube-controller-manager.");
  });

  test("given by KUBEBUILDER_ASSETS are used, each by its own name", async () => {
    await writeFile(join(folder, "kube-controller-manager"), "");
    vi.stubEnv("KUBEBUILDER_ASSETS", folder);
    const binaries = await findBinaries();
    expect(binaries.component("etcd")).toEqual([join(folder, "etcd")]);
    expect(binaries.kubectl).toBe(join(folder, "kubectl"));
  });

  test("are built for the version that go.mod requires, not for one that it replaces", () => {
    const goMod = "require (\n\tk8s.io/component-base v0.36.3\n\tk8s.io/kubernetes v1.36.3\n)\n";
    expect(pinnedVersion(goMod)).toBe("v1.36.3");
    expect(() => pinnedVersion("require k8s.io/api v0.36.3\n")).toThrow(
      "requires no k8s.io/kubernetes version",
    );
  });
});

describe("the certificates", () => {
  const authority = createAuthority("stand-parts");
  const issuer = new X509Certificate(authority.certificate);
  const serving = new X509Certificate(
    createServingCertificate(authority, ["localhost", "127.0.0.1"]).certificate,
  );

  test("are an authority, and what it signed", () => {
    expect(issuer.ca).toBe(true);
    expect(serving.ca).toBe(false);
    expect(serving.checkIssued(issuer)).toBe(true);
    expect(serving.verify(issuer.publicKey)).toBe(true);
    expect(serving.verify(new X509Certificate(createAuthority("stand-parts").certificate).publicKey)).toBe(
      false,
    );
  });

  test("are for the names and addresses that were asked for, and for no others", () => {
    expect(serving.subjectAltName).toBe("DNS:localhost, IP Address:127.0.0.1");
    expect(serving.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(serving.checkHost("example.com")).toBeUndefined();
  });
});

describe("the lock of a build", () => {
  test("lets one in at a time", async () => {
    const events: string[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      events.push(`${name} ends`);
    };
    const file = join(folder, "turns.lock");
    await Promise.all([withLock(file, work("one")), withLock(file, work("other"))]);
    expect(events.map((event) => event.split(" ")[1])).toEqual(["begins", "ends", "begins", "ends"]);
  });

  test("of a holder that died is taken over", async () => {
    const file = join(folder, "dead.lock");
    await writeFile(file, "1\n");
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(file, longAgo, longAgo);
    expect(await withLock(file, async () => "done")).toBe("done");
  });

  test("is free again after a failure", async () => {
    const file = join(folder, "failed.lock");
    await expect(withLock(file, () => Promise.reject(new Error("no compiler")))).rejects.toThrow(
      "no compiler",
    );
    expect(await withLock(file, async () => "done")).toBe("done");
  });
});

describe("a run without a test that needs the cluster", () => {
  const here = import.meta.dirname;
  test("is recognised by what the test files import, directly or not", () => {
    expect(needsCluster([join(here, "stand.test.ts")])).toBe(true);
    expect(needsCluster([join(here, "../architecture.test.ts")])).toBe(false);
    expect(needsCluster([join(here, "../architecture.test.ts"), join(here, "stand.test.ts")])).toBe(true);
  });
});
