/**
 * Refuses what are no options of `createServer`: a server that listens elsewhere than it was told to, because of a
 * misspelt name, costs its user an afternoon. What directives may be is the configuration's to say.
 */
import { inspect } from 'node:util';
import type { CreateServerOptions, Listen } from './server-api.js';

interface Rule {
  /** What it must be. */
  readonly kind: string;
  readonly accepts: (value: unknown) => boolean;
}

type Rules<T> = Readonly<Record<keyof Required<T>, Rule>>;

/** Of a Unix socket's path: `sun_path` with its zero byte. Source: unix(7), and sys/un.h of the BSDs. */
const PATH_BYTES_MAX = process.platform === 'linux' ? 107 : 103;

const isFunction: Rule = { kind: 'a function', accepts: (value) => typeof value === 'function' };

const ADDRESS: Rules<Listen> = {
  frontend: {
    kind: "'auto', 'v1' or 'v2'",
    accepts: (value) => ['auto', 'v1', 'v2'].includes(String(value)),
  },
  host: { kind: 'a host', accepts: (value) => typeof value === 'string' && value !== '' },
  port: { kind: 'a whole number from 0 to 65535', accepts: (value) => isWhole(value, 0, 65535) },
  path: {
    kind: `a path of 1 to ${PATH_BYTES_MAX} bytes`,
    accepts: (value) => typeof value === 'string' && isWhole(Buffer.byteLength(value), 1, PATH_BYTES_MAX),
  },
};

const OPTIONS: Rules<CreateServerOptions> = {
  ...ADDRESS,
  listen: {
    kind: 'an array of addresses',
    accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(isObject),
  },
  config: { kind: 'an object with directives', accepts: (value) => isObject(value) && !Array.isArray(value) },
  backlog: { kind: 'a whole number from 1 on', accepts: (value) => isWhole(value, 1, 2 ** 31 - 1) },
  signal: { kind: 'an AbortSignal', accepts: (value) => isObject(value) && 'aborted' in value },
  report: isFunction,
  log: isFunction,
};

/** @throws TypeError that says which option is wrong, and what it must be */
export function checkOptions(options: CreateServerOptions): void {
  if (!isObject(options)) throw new TypeError(`options must be an object, and is ${shown(options)}`);
  checkEach('options', options, OPTIONS);
  checkAddress('options', options);
  if (options.listen !== undefined) refuseBeside('options', options, 'listen', ['host', 'port', 'path']);
  for (const [index, address] of (options.listen ?? []).entries()) {
    const place = `options.listen[${index}]`;
    checkEach(place, address, ADDRESS);
    checkAddress(place, address);
  }
  for (const [name, value] of Object.entries(options.config ?? {})) {
    if (value !== undefined && !isSetting(value)) {
      throw new TypeError(
        `options.config: ${name} must be text, a number, a boolean or a list, and is ${shown(value)}`,
      );
    }
  }
}

/** What is undefined counts as absent. */
function checkEach<T extends object>(place: string, options: T, rules: Rules<T>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name)) {
      throw new TypeError(`${place}.${name} is no option: there are ${Object.keys(rules).sort().join(', ')}`);
    }
    const { kind, accepts } = rules[name as keyof T];
    if (value !== undefined && !accepts(value)) {
      throw new TypeError(`${place}.${name} must be ${kind}, and is ${shown(value)}`);
    }
  }
}

function checkAddress(place: string, address: Listen): void {
  if (address.path !== undefined) refuseBeside(place, address, 'path', ['host', 'port']);
}

function refuseBeside<T>(place: string, options: T, chosen: keyof T, others: readonly (keyof T)[]): void {
  for (const other of others) {
    if (options[other] !== undefined) {
      throw new TypeError(`${place}.${String(other)} has no place beside ${place}.${String(chosen)}`);
    }
  }
}

function isSetting(value: unknown): boolean {
  return Array.isArray(value) ? value.every(isWord) : typeof value === 'boolean' || isWord(value);
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' || Number.isFinite(value);
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY });
}
