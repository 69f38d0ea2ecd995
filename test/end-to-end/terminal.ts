import { spawnSync } from "node:child_process";
import { binary, nodePath, type Running, type RunOptions, start } from "./processes.ts";

/** Runs argv[1]'s command on a terminal of its own: stdin is what is typed, stdout what the screen gets. */
const script = `
import fcntl, json, os, pty, select, struct, sys, termios
spec = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, spec["columns"], 0, 0))
    os.chdir(spec["cwd"])
    os.execve(spec["argv"][0], spec["argv"], spec["env"])
watched = [terminal, 0]
while True:
    ready, _, _ = select.select(watched, [], [])
    if 0 in ready:
        typed = os.read(0, 4096)
        if typed: os.write(terminal, typed)
        else: watched.remove(0)
    if terminal in ready:
        try: shown = os.read(terminal, 65536)
        except OSError: shown = b""
        if not shown: break
        os.write(1, shown)
status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) & 255)
`;

/** Where the terminal is made by Python; null where there is none. */
export const python: string | null = findPython();

function findPython(): string | null {
  if (process.platform === "win32") return null;
  const probe = "import os, pty, sys; os.waitstatus_to_exitcode; print(sys.executable)";
  const { status, stdout } = spawnSync("python3", ["-c", probe], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}

export interface TerminalOptions extends RunOptions {
  readonly columns?: number;
}

/** The built binary at a terminal. Everything it and kubectl show is in `stdout`, line ends as a terminal has them. */
export function traceAtTerminal(args: readonly string[], options: TerminalOptions = {}): Running {
  return shellAtTerminal([process.execPath, binary, ...args], options);
}

export function shellAtTerminal(argv: readonly string[], options: TerminalOptions = {}): Running {
  const { columns = 80, cwd = process.cwd(), env = {} } = options;
  const spec = { columns, cwd, argv, env: { PATH: nodePath, TERM: "xterm-256color", ...env } };
  return start(python ?? "python3", ["-c", script, JSON.stringify(spec)], { keepOpen: true });
}

/** Lines of a screen without colours. */
export function linesOf(shown: string): string[] {
  const plain = shown.replaceAll(colours, "").replaceAll("\r\n", "\n");
  return plain.split("\n");
}

export const colours = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, "g");
