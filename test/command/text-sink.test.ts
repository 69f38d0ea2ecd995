import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { openFileSink } from "../../src/command/text-sink.ts";
import { TraceError, UsageError } from "../../src/errors.ts";

test("a full disk is told, not taken for a reader who has gone away", {
  skip: !existsSync("/dev/full"),
}, async () => {
  const sink = openFileSink("/dev/full", "");
  sink.write("a trace\n");
  await assert.rejects(sink.end(), (error) => error instanceof TraceError && /ENOSPC/.test(error.message));
});

test("a file that cannot be opened is told before any work is done", () => {
  assert.throws(() => openFileSink("/no/such/folder/file", "hint"), UsageError);
});
