/**
 * Which request may have which answer, when as many answers as requests are known and each request has one.
 *
 * `edges[q]` are the answers (0 … answers-1) that request q may have. The result holds, for each request, those answers
 * that it has in at least one complete assignment; null when there is no complete assignment at all.
 */
export function possibleAnswers(edges: readonly (readonly number[])[], answers: number): number[][] | null {
  if (edges.length !== answers) return null;
  const match = completeMatching(edges, answers);
  if (match === null) return null;
  const component = components(edges, match);
  const requestOf = new Map(match.map((answer, request) => [answer, request]));
  return edges.map((list, q) =>
    list.filter((a) => match[q] === a || component[requestOf.get(a) ?? -1] === component[q]),
  );
}

/** The answer of each request in one complete assignment. */
function completeMatching(edges: readonly (readonly number[])[], answers: number): number[] | null {
  const takenBy = new Int32Array(answers).fill(-1);
  for (let q = 0; q < edges.length; q++) {
    if (!augment(q, edges, takenBy, new Uint8Array(answers))) return null;
  }
  const match = new Array<number>(edges.length).fill(-1);
  takenBy.forEach((q, a) => {
    match[q] = a;
  });
  return match;
}

function augment(
  q: number,
  edges: readonly (readonly number[])[],
  takenBy: Int32Array,
  seen: Uint8Array,
): boolean {
  for (const a of edges[q] ?? []) {
    if (seen[a]) continue;
    seen[a] = 1;
    const holder = takenBy[a] ?? -1;
    if (holder === -1 || augment(holder, edges, takenBy, seen)) {
      takenBy[a] = q;
      return true;
    }
  }
  return false;
}

/** Strongly connected components of "q could take the answer that r holds" (Tarjan); an id for each request. */
function components(edges: readonly (readonly number[])[], match: readonly number[]): Int32Array {
  const holder = new Map(match.map((answer, request) => [answer, request]));
  const id = new Int32Array(edges.length).fill(-1);
  const low = new Int32Array(edges.length).fill(-1);
  const index = new Int32Array(edges.length).fill(-1);
  const stack: number[] = [];
  let next = 0;
  const visit = (q: number): void => {
    index[q] = low[q] = next++;
    stack.push(q);
    for (const a of edges[q] ?? []) {
      const r = holder.get(a) ?? q;
      if (index[r] === -1) visit(r);
      if (id[r] === -1) low[q] = Math.min(low[q] ?? 0, low[r] ?? 0);
    }
    if (low[q] !== index[q]) return;
    for (let r = stack.pop(); r !== undefined; r = stack.pop()) {
      id[r] = q;
      if (r === q) break;
    }
  };
  for (let q = 0; q < edges.length; q++) if (index[q] === -1) visit(q);
  return id;
}
