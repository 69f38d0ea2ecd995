import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { type OutputFormat, outputFormats } from "../../src/render/create-renderer.ts";
import { actsOnTerminal } from "../../src/render/sanitize.ts";
import { textWidth } from "../../src/render/text-width.ts";
import { logged } from "../helpers/timed-traces.ts";
import { hostileTrace, traces } from "../helpers/traces.ts";
import { anyText, anyTrace, linesOf, render } from "./rendering.ts";

const everyTrace = [...Object.values(traces), hostileTrace];
// Written out here: if the source's own list of characters shrinks, this still knows better.
const dangerousCharacters = [
  "\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f",
  "\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ud800\\u{e0041}",
];
const dangerous = new RegExp(`[${dangerousCharacters.join("")}]`, "u");

const forPeople: ReadonlySet<OutputFormat> = new Set(["table", "wide", "flow", "waterfall"]);

for (const format of outputFormats) {
  for (const columns of [null, 40, 80, 120, 160, 200]) {
    test(`${format} at ${columns ?? "no"} columns lets no character act on the terminal`, async () => {
      const text = await render(format, everyTrace, {
        columns,
        title: "\x1b]0;title\x07",
        command: ["kubectl", "\x1b[2J"],
      });
      assert.doesNotMatch(text, dangerous);
    });
  }

  test(`${format} writes any Trace without a character that acts on the terminal`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyTrace, { maxLength: 4 }),
        fc.constantFrom(null, 40, 80, 130),
        anyText,
        async (list, columns, title) => {
          const text = await render(format, list, { columns, title, command: [title] }, logged);
          assert.ok(!actsOnTerminal(text), JSON.stringify(text));
        },
      ),
      { numRuns: 15 },
    );
  });

  test(`${format} ends with one line feed and is the same when asked twice`, async () => {
    const text = await render(format, everyTrace);
    assert.match(text, /[^\n]\n$/);
    assert.equal(await render(format, everyTrace), text);
  });

  test(`${format} without colour is ${format} with colour, the colours taken out`, async () => {
    const colored = await render(format, everyTrace, { color: true });
    assert.equal(colored.includes("\x1b["), forPeople.has(format));
    assert.equal(stripVTControlCharacters(colored), await render(format, everyTrace));
  });
}

for (const format of ["table", "flow", "waterfall"] as const) {
  test(`${format} never writes a line that is wider than the terminal`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyTrace, { maxLength: 5 }),
        fc.integer({ min: 40, max: 240 }),
        fc.boolean(),
        async (list, columns, ascii) => {
          const options = { columns, ascii, title: "some cluster" };
          for (const line of linesOf(await render(format, list, options, logged))) {
            assert.ok(textWidth(line) <= columns, `${textWidth(line)} > ${columns}: ${line}`);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test(`${format} fits every sample at every width from 40 columns on`, async () => {
    for (let columns = 40; columns <= 210; columns += 7) {
      for (const line of linesOf(await render(format, everyTrace, { columns }))) {
        assert.ok(textWidth(line) <= columns, `${textWidth(line)} > ${columns}: ${line}`);
      }
    }
  });

  test(`${format} draws with ASCII alone when told to`, async () => {
    const list = Object.values(traces);
    assert.match(await render(format, list, { ascii: true, columns: 60 }), /^[ -~\n]*$/);
  });
}
