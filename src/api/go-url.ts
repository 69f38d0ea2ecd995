/**
 * A URL taken apart as Go's net/url does, because the API server reads it so: the path is percent-decoded, a query
 * pair with a bad escape or a semicolon is dropped, `+` is a space in the query only.
 */
export interface GoUrl {
  /** "https://10.0.0.1:6443", lower-case scheme and host; "" when the input is only a path. */
  readonly origin: string;
  /** Decoded path; begins with "/" unless empty. */
  readonly path: string;
  /** Decoded values by key, in order of appearance. */
  readonly query: ReadonlyMap<string, readonly string[]>;
}

const absolute = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/;
const hostWithPort = /^(?:\[[0-9a-fA-F:.%]+\]|[A-Za-z0-9.-]+):\d{1,5}(?=$|[/?#])/;

/** Takes an absolute URL, a `host:port/path`, or a path with or without its first slash. Never throws. */
export function parseGoUrl(text: string): GoUrl {
  const input = hostWithPort.test(text) ? `https://${text}` : text;
  const match = absolute.exec(input);
  if (match !== null) {
    const [, scheme = "", authority = "", path = "", query = ""] = match;
    return {
      origin: `${scheme}://${hostOf(authority)}`.toLowerCase(),
      path: unescapePath(path),
      query: parseQuery(query),
    };
  }
  const [beforeFragment = ""] = input.split("#", 1);
  const mark = beforeFragment.indexOf("?");
  const path = mark < 0 ? beforeFragment : beforeFragment.slice(0, mark);
  const query = mark < 0 ? "" : beforeFragment.slice(mark + 1);
  const rooted = path === "" || path.startsWith("/") ? path : `/${path}`;
  return { origin: "", path: unescapePath(rooted), query: parseQuery(query) };
}

/** User information is a credential: it goes no further. */
function hostOf(authority: string): string {
  return authority.slice(authority.lastIndexOf("@") + 1);
}

/** A path with a bad escape would be refused as a whole by the server; it is kept as it stands. */
function unescapePath(path: string): string {
  return percentDecode(path, false) ?? path;
}

function parseQuery(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const pair of query.split("&")) {
    if (pair === "" || pair.includes(";")) continue;
    const equals = pair.indexOf("=");
    const key = percentDecode(equals < 0 ? pair : pair.slice(0, equals), true);
    const value = percentDecode(equals < 0 ? "" : pair.slice(equals + 1), true);
    if (key === null || value === null) continue;
    const list = values.get(key);
    if (list === undefined) values.set(key, [value]);
    else list.push(value);
  }
  return values;
}

/** null when an escape is malformed. Bytes that are not UTF-8 become U+FFFD: Go would keep them. */
function percentDecode(text: string, plusIsSpace: boolean): string | null {
  const spaced = plusIsSpace ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  if (/%(?![0-9a-fA-F]{2})/.test(spaced)) return null;
  try {
    return decodeURIComponent(spaced);
  } catch {
    const bytes = spaced.replace(/%([0-9a-fA-F]{2})|[^\x20-\x7e]+/g, (part, hex: string | undefined) =>
      hex === undefined
        ? Buffer.from(part).toString("latin1")
        : String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return Buffer.from(bytes, "latin1").toString("utf8");
  }
}
