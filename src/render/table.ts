import type { Column } from "./columns.ts";
import * as columns from "./columns.ts";
import { createIsNews, renderDetail, rowDetails, type Shown } from "./details.ts";
import { renderRow } from "./grid.ts";
import { createGridRenderer } from "./grid-renderer.ts";
import type { Renderer, RenderOptions } from "./renderer.ts";
import { createStyle } from "./style.ts";

/** Narrower terminals are written to as if they had this many columns. */
const leastColumns = 40;

/** What is read side by side, by the columns the terminal has at least. What a narrow table leaves out stands beneath the row. */
const layouts: readonly { readonly from: number; readonly columns: readonly Column[] }[] = [
  { from: 200, columns: [...tail(columns.apiService), columns.allowedBy] },
  { from: 160, columns: tail(columns.apiService) },
  { from: 120, columns: tail() },
  { from: 60, columns: [...narrow(), columns.shortBackend] },
  { from: 0, columns: narrow() },
];

function narrow(): Column[] {
  return [columns.verb, columns.request, columns.status, columns.time, columns.shortRbac];
}

function tail(...more: readonly Column[]): Column[] {
  const { verb, resource, name, status, time, available, rbac, backend } = columns;
  return [verb, resource, name, status, time, ...more, available, rbac, backend];
}

/** One row a request, fitting the terminal, and a closing summary. */
export function createTableRenderer(options: RenderOptions): Renderer {
  const style = createStyle(options);
  const limit = options.columns === null ? null : Math.max(options.columns, leastColumns);
  const chosen = layouts.find(({ from }) => (limit ?? Number.POSITIVE_INFINITY) >= from)?.columns ?? narrow();
  const shown = shownBy(chosen);
  const isNews = createIsNews();
  return createGridRenderer(chosen, { ...options, columns: limit }, (grid, trace) => {
    const { text, shortened } = renderRow(grid, trace, style);
    const here: Shown = shortened.has(columns.backend) ? { ...shown, backend: "short" } : shown;
    const details = rowDetails(trace, here, style, isNews);
    if (details.length === 0) return `${text}\n`;
    const indent = " ".repeat((grid.widths[0] ?? 0) + 2);
    return `${text}\n${details.map((detail) => renderDetail(detail, limit, indent, style)).join("")}`;
  });
}

function shownBy(chosen: readonly Column[]): Shown {
  const short = chosen.includes(columns.shortBackend) ? "short" : "no";
  return {
    backend: chosen.includes(columns.backend) ? "full" : short,
    available: chosen.includes(columns.available),
  };
}
