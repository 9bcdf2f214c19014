/**
 * URLs taken apart as `java.net.URL` of Java 17 does: protocols are those it knows; authority, path, query and reference stay as they are
 * written.
 */
export interface JavaUrl {
  readonly protocol: string;
  /** Null without `//`. */
  readonly authority: string | null;
  readonly userInfo: string | null;
  readonly host: string;
  readonly path: string;
  readonly query: string | null;
  readonly ref: string | null;
}

const PROTOCOLS: ReadonlySet<string> = new Set([
  'http',
  'https',
  'ftp',
  'file',
  'jar',
  'mailto',
  'jmod',
  'jrt',
]);

/** Undefined for what Java refuses. */
export function parseJavaUrl(text: string): JavaUrl | undefined {
  let spec = text.replace(/^[\0- ]+|[\0- ]+$/g, '');
  if (/^url:/i.test(spec)) spec = spec.slice(4);
  const head = /^([A-Za-z][A-Za-z0-9.+-]*):/.exec(spec);
  const protocol = head?.[1]?.toLowerCase();
  if (protocol === undefined || !PROTOCOLS.has(protocol)) return undefined;
  let rest = spec.slice(protocol.length + 1);
  const hash = rest.indexOf('#');
  const ref = hash < 0 ? null : rest.slice(hash + 1);
  if (hash >= 0) rest = rest.slice(0, hash);
  if (protocol === 'jar') return jarUrl(rest, ref);
  if (protocol === 'mailto') {
    return { protocol, authority: null, userInfo: null, host: '', path: rest, query: null, ref };
  }
  const mark = rest.indexOf('?');
  const query = mark < 0 ? null : rest.slice(mark + 1);
  if (mark >= 0) rest = rest.slice(0, mark);
  if (!rest.startsWith('//') || rest.startsWith('////')) {
    return { protocol, authority: null, userInfo: null, host: '', path: rest, query, ref };
  }
  const slash = rest.indexOf('/', 2);
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
  const server = parseAuthority(authority);
  if (!server) return undefined;
  const path = slash < 0 ? '' : rest.slice(slash);
  return { protocol, authority, ...server, path, query, ref };
}

/** `user@host:port`; with two `@` there is no host. */
function parseAuthority(authority: string): Pick<JavaUrl, 'userInfo' | 'host'> | undefined {
  const at = authority.indexOf('@');
  if (at !== authority.lastIndexOf('@')) return { userInfo: null, host: '' };
  const userInfo = at < 0 ? null : authority.slice(0, at);
  const server = authority.slice(at + 1);
  if (server.startsWith('[')) {
    const match = /^(\[([^\]]+)\])(?::(.*))?$/.exec(server);
    return match && isIpv6(match[2]!) && isPort(match[3] ?? '') ? { userInfo, host: match[1]! } : undefined;
  }
  const colon = server.indexOf(':');
  if (colon < 0) return { userInfo, host: server };
  return isPort(server.slice(colon + 1)) ? { userInfo, host: server.slice(0, colon) } : undefined;
}

/** Nothing, or an INT from -1 on. */
function isPort(text: string): boolean {
  if (text === '') return true;
  const port = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  return port >= -1 && port <= 2147483647;
}

function isIpv6(text: string): boolean {
  const [address = '', zone] = text.split('%', 2);
  if (zone === '') return false;
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const isFourAtEnd = /^\d{1,3}(\.\d{1,3}){3}$/.test(groups.at(-1) ?? '');
  const words = isFourAtEnd ? groups.slice(0, -1) : groups;
  const count = words.length + (isFourAtEnd ? 2 : 0);
  return (
    words.every((word) => /^[0-9a-fA-F]{1,4}$/.test(word)) && (halves.length === 2 ? count < 8 : count === 8)
  );
}

/** A jar's path is a URL, `!/` and an entry. */
function jarUrl(rest: string, ref: string | null): JavaUrl | undefined {
  const bang = rest.lastIndexOf('!/');
  if (bang < 0 || !parseJavaUrl(rest.slice(0, bang))) return undefined;
  return { protocol: 'jar', authority: null, userInfo: null, host: '', path: rest, query: null, ref };
}
