import Table from "cli-table3";

const noLines = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/**
 * Rows under one another as kubectl prints them: no lines, two spaces between columns, none at a line's end. Cells may
 * be coloured. For reports of a screenful: the table of Traces, which may have a million rows, is laid out as it
 * streams (grid.ts).
 */
export function layOutRows(rows: readonly (readonly string[])[]): readonly string[] {
  const table = new Table({
    chars: noLines,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}
