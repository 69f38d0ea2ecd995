import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { RoundTrip } from "../../src/log/round-trip.ts";
import type { Answered } from "../helpers/answering-server.ts";
import { parseText } from "./parse-text.ts";

/** Logs of real kubectls, with what their server answered and what is to be found in them. */
const folder = join(import.meta.dirname, "corpus");

for (const name of readdirSync(folder).filter((file) => file.endsWith(".log"))) {
  const log = readFileSync(join(folder, name), "latin1");
  const { answered, roundTrips } = JSON.parse(
    readFileSync(join(folder, name.replace(".log", ".json")), "utf8"),
  );

  test(`${name}: every request once, as expected`, () => {
    const found = parseText(log).roundTrips.map((one) => ({ ...one, source: { ...one.source, file: name } }));
    assert.deepEqual(found, roundTrips);
  });

  test(`${name}: nothing but what the server answered`, () => {
    const left: Answered[] = [...answered];
    for (const roundTrip of parseText(log).roundTrips) {
      const at = left.findIndex((one) => agrees(roundTrip, one));
      assert.notEqual(
        at,
        -1,
        `${roundTrip.method} ${roundTrip.url} ${roundTrip.outcome} ${roundTrip.status}`,
      );
      left.splice(at, 1);
    }
  });

  test(`${name}: only the program's own output is text`, () => {
    assert.doesNotMatch(
      parseText(log).text,
      /^I\d{4} .* round_trippers\.go:\d+\] (?!GET https:\/\/10\.96)|^\t|Response Body|^ >/m,
    );
  });
}

function agrees(roundTrip: RoundTrip, answered: Answered): boolean {
  const status = roundTrip.outcome === "failed" ? 0 : roundTrip.status;
  return (
    roundTrip.method === answered.method &&
    roundTrip.url === `http://127.0.0.1:6443${answered.path}` &&
    (status === null || status === answered.status) &&
    (roundTrip.auditId === null || roundTrip.auditId === answered.auditId)
  );
}
