#!/usr/bin/env node
// Compiled code is kept in the user's own cache: Node would take a folder in /tmp, where somebody else of this machine may have put
// theirs before. A home that is none gets nothing: there Node may never come back from making a folder.
const { XDG_CACHE_HOME, HOME = "" } = process.env;
const base = XDG_CACHE_HOME || HOME;
const own = `${base}/${XDG_CACHE_HOME ? "" : ".cache/"}kubectl-trace`;
const isWindows = process.platform === "win32"; // there the default is the user's own
if (isWindows || (base.startsWith("/") && require("node:fs").existsSync(base))) {
  require("node:module").enableCompileCache?.(isWindows ? undefined : own);
}
require("../dist/main.cjs");
