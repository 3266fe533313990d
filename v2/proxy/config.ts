/**
 * The proxy's configuration: a JSON file of apps. Each app listens on its ports and hands what comes to its targets.
 *
 *     { "Apps": [{ "Name": "cache", "Ports": [5001], "Targets": ["127.0.0.1:6379", "[::1]:6380"] }] }
 */
import { flag, integer, list, record, type Shape, text } from './config-shape.js';

export interface AppConfig {
  readonly Name: string;
  /** 0 for any. */
  readonly Ports: readonly number[];
  /** `host:port`, with an IPv6 address in brackets. */
  readonly Targets: readonly string[];
  /** Where the ports are: an address. */
  readonly Host: string;
  /** Each connection to a target begins with a header of PROXY protocol v2. */
  readonly SendProxy: boolean;
  /** For one target; then the next is tried. */
  readonly ConnectTimeoutMs: number;
  /** Without a byte in either direction; 0 for ever. */
  readonly IdleTimeoutMs: number;
  /** Between checks of each target; 0 for none. */
  readonly HealthIntervalMs: number;
  /** What a check says, and what the reply has to begin with; when that is empty, taking a connection is enough. */
  readonly HealthSend: string;
  readonly HealthExpect: string;
}

export interface ProxyConfig {
  readonly Apps: readonly AppConfig[];
  /** Connections get this long when the proxy is told to stop. */
  readonly DrainTimeoutMs: number;
}

/** The file isn't a configuration: each mistake with the path of what is wrong. */
export class ConfigMistakes extends Error {
  override readonly name = 'ConfigMistakes';
  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join('\n'));
  }
}

/** Node's timers go no further. */
const TIMEOUT_MS_MAX = 0x7fff_ffff;

const target: Shape<string> = (value, path, mistakes) => {
  if (typeof value === 'string' && parseTarget(value) !== null) return value;
  mistakes.push(`${path}: ${JSON.stringify(value)} is not a target such as 127.0.0.1:6379 or [::1]:6379`);
  return '';
};

const app = record<AppConfig>({
  Name: { shape: text },
  Ports: { shape: list(integer(0, 65_535)) },
  Targets: { shape: list(target) },
  Host: { shape: text, otherwise: '0.0.0.0' },
  SendProxy: { shape: flag, otherwise: false },
  ConnectTimeoutMs: { shape: integer(1, TIMEOUT_MS_MAX), otherwise: 3_000 },
  IdleTimeoutMs: { shape: integer(0, TIMEOUT_MS_MAX), otherwise: 3_600_000 },
  HealthIntervalMs: { shape: integer(0, TIMEOUT_MS_MAX), otherwise: 2_000 },
  HealthSend: { shape: text, otherwise: '' },
  HealthExpect: { shape: text, otherwise: '' },
});

const config = record<ProxyConfig>({
  Apps: { shape: list(app) },
  DrainTimeoutMs: { shape: integer(0, TIMEOUT_MS_MAX), otherwise: 10_000 },
});

/** @throws ConfigMistakes */
export function parseConfig(json: string): ProxyConfig {
  const mistakes: string[] = [];
  const parsed = config(parseJson(json), '', mistakes);
  if (mistakes.length === 0) findContradictions(parsed, mistakes);
  if (mistakes.length > 0) throw new ConfigMistakes(mistakes);
  return parsed;
}

/** @returns null when it is none */
export function parseTarget(text: string): { readonly host: string; readonly port: number } | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text);
  if (match === null) return null;
  const port = Number(match[3]);
  return port >= 1 && port <= 65_535 ? { host: match[1] ?? match[2], port } : null;
}

function findContradictions({ Apps }: ProxyConfig, mistakes: string[]): void {
  const names = new Map<string, string>();
  const ports = new Map<number, string>();
  const note = <K>(seen: Map<K, string>, key: K, path: string): void => {
    const first = seen.get(key);
    if (first === undefined) seen.set(key, path);
    else mistakes.push(`${path}: ${JSON.stringify(key)} is ${first} already`);
  };
  for (const [index, { Name, Ports, Targets, HealthSend, HealthExpect }] of Apps.entries()) {
    note(names, Name, `Apps[${index}].Name`);
    if (HealthSend !== '' && HealthExpect === '') mistakes.push(`Apps[${index}].HealthExpect: missing`);
    for (const [at, port] of Ports.entries())
      if (port !== 0) note(ports, port, `Apps[${index}].Ports[${at}]`);
    const targets = new Map<string, string>();
    for (const [at, name] of Targets.entries()) note(targets, name, `Apps[${index}].Targets[${at}]`);
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const lines = json.slice(0, validPrefix(json)).split('\n');
    const column = (lines.at(-1)?.length ?? 0) + 1;
    const [reason] = error.message.split(/, "| in JSON/, 1);
    throw new ConfigMistakes([`not JSON: line ${lines.length}, column ${column}: ${reason}`]);
  }
}

/** V8 doesn't always say where it stopped. @returns how long the longest prefix is that could still become JSON */
function validPrefix(json: string): number {
  let low = 0;
  let high = json.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (couldBecomeJson(json.slice(0, middle))) low = middle;
    else high = middle - 1;
  }
  return low;
}

function couldBecomeJson(prefix: string): boolean {
  try {
    JSON.parse(prefix);
    return true;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // What it misses may still come.
    const missesMore = new RegExp(`end of JSON|Unterminated|at position ${prefix.length}\\b`);
    return missesMore.test(error.message);
  }
}
