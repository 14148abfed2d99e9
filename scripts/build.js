// Builds dist/: one bundle of src/main.ts whose heavy parts are chunks of their own, the packaged templates already
// parsed, and the licences of everything that went in. The folder is replaced as a whole, so a build that fails
// leaves the previous one.
import { build } from "esbuild";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";

const root = dirname(import.meta.dirname);

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "esm",
  define: { MTENANT_VERSION: JSON.stringify(readJson("package.json").version) },
  // The package's entry for Node is CommonJS, of which a dynamic import sees only `default`; this is the same as ES modules.
  alias: { yaml: join(root, "node_modules/yaml/browser/dist/index.js") },
  // CommonJS inside the bundle asks for Node's own modules by `require`.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);',
  },
  legalComments: "none",
  logLevel: "warning",
};

async function buildProduct() {
  const unfinished = mkdtempSync(join(root, ".dist-"));
  try {
    const { metafile } = await build({
      ...options,
      entryPoints: ["src/main.ts"],
      outdir: unfinished,
      splitting: true,
      chunkNames: "[name]-[hash]",
      // Names stay, so that a stack trace in a report can be read.
      minifyWhitespace: true,
      minifySyntax: true,
      metafile: true,
    });
    const { templates, schema } = await compileData(unfinished);
    writeFileSync(join(unfinished, "templates.json"), JSON.stringify(templates));
    writeFileSync(join(unfinished, "tenant.schema.json"), `${JSON.stringify(schema, null, 2)}\n`);
    writeFileSync(join(unfinished, "THIRD-PARTY-LICENSES.txt"), licencesOf(Object.keys(metafile.inputs)));
    chmodSync(unfinished, 0o755);
    rmSync(join(root, "dist"), { recursive: true, force: true });
    renameSync(unfinished, join(root, "dist"));
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** All files below templates/, and the schema of the spec files, made by the product's own code. */
async function compileData(folder) {
  const outfile = join(folder, "compiler.mjs");
  const contents = `
    export { readTemplates } from "./src/files/templates.ts";
    export { compileTemplates } from "./src/render/templates.ts";
    export { tenantJsonSchema } from "./src/tenant/schema.ts";
  `;
  await build({ ...options, stdin: { contents, resolveDir: root }, outfile });
  const compiler = await import(pathToFileURL(outfile).href);
  rmSync(outfile);
  const templates = await compiler.compileTemplates(await compiler.readTemplates(join(root, "templates")));
  return { templates, schema: compiler.tenantJsonSchema() };
}

function licencesOf(inputs) {
  const packages = new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined));
  return [...packages]
    .sort()
    .map(licenceOf)
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** The folder of the package that a bundled file belongs to; undefined for our own files. */
function packageFolder(file) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(
    relative(root, join(root, file)).split(sep).join("/"),
  )?.[0];
}

function licenceOf(folder) {
  const { name, version, license } = readJson(join(folder, "package.json"));
  const file = readdirSync(join(root, folder)).find((each) => /^(licen[cs]e|copying)/i.test(each));
  const text = file === undefined ? "" : `\n${readFileSync(join(root, folder, file), "utf8").trim()}\n`;
  return `${name} ${version}: ${license}\n${text}`;
}

function readJson(file) {
  return JSON.parse(readFileSync(join(root, file), "utf8"));
}

await buildProduct();
