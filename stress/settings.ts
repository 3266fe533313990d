/**
 * The command line, as settings that describe a run completely: they go into the report, and a run is repeated
 * from them. k is 1024 in sizes: 8k is 8,192 clients.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Contender } from './run/contenders.js';

/** What a report remembers of the command line. */
export interface Settings {
  readonly scenarios: readonly string[];
  /** Of the ramp: clients per rung. */
  readonly sizes: readonly number[];
  /** Of the other scenarios; null for each one's own. */
  readonly clients: number | null;
  readonly rounds: number;
  readonly durationMs: number;
  readonly warmupMs: number;
  readonly seed: number;
  /** Null for closed loops. */
  readonly ratePerSecond: number | null;
  readonly pipeline: number;
  readonly readPercent: number;
  readonly valueBytes: number;
  readonly keysPerClient: number;
  /** Load generator processes that share the clients. */
  readonly generators: number;
}

/** What is asked for: a run, the same run as an earlier one, a comparison, or help. */
export type CommandLine =
  | ({ readonly kind: 'run' } & RunRequest)
  | { readonly kind: 'repeat'; readonly report: string; readonly outputFolder: string }
  | { readonly kind: 'compare'; readonly before: string; readonly after: string }
  | { readonly kind: 'help' };

export interface RunRequest {
  readonly settings: Settings;
  /** Names of known contenders, or null for the default ones. */
  readonly contenderNames: readonly string[] | null;
  readonly customContenders: readonly Contender[];
  /** Folder for the report's files. */
  readonly outputFolder: string;
}

const DEFAULT_SIZES = [1024, 2048, 4096, 8192];

const OPTIONS = {
  contenders: { type: 'string' },
  contender: { type: 'string', multiple: true, default: [] as string[] },
  duration: { type: 'string', default: '5' },
  warmup: { type: 'string', default: '1' },
  clients: { type: 'string' },
  rounds: { type: 'string', default: '3' },
  rate: { type: 'string' },
  pipeline: { type: 'string', default: '1' },
  reads: { type: 'string', default: '50' },
  'value-bytes': { type: 'string', default: '64' },
  keys: { type: 'string', default: '4' },
  generators: { type: 'string', default: '1' },
  seed: { type: 'string', default: '1' },
  output: { type: 'string', default: 'stress/reports' },
  repeat: { type: 'string' },
  compare: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options'];

type Words = ReturnType<typeof readWords>;

function readWords(args: readonly string[]) {
  return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
}

/** @throws Error that says which argument is wrong */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const words = readWords(args);
  const { values, positionals } = words;
  if (values.help) return { kind: 'help' };
  if (values.repeat !== undefined)
    return { kind: 'repeat', report: values.repeat, outputFolder: values.output };
  if (values.compare) return readComparison(positionals);
  return {
    kind: 'run',
    settings: readSettings(words),
    contenderNames: values.contenders?.split(',') ?? null,
    customContenders: values.contender.map(readContender),
    outputFolder: values.output,
  };
}

function readSettings({ values, positionals }: Words): Settings {
  const number = (option: string, text: string | undefined, min: number, max: number): number | null =>
    text === undefined ? null : readNumber(option, text, min, max);
  return {
    ...readPositionals(positionals),
    clients: number('clients', values.clients, 1, 1_000_000),
    rounds: readNumber('rounds', values.rounds, 1, 1000),
    durationMs: readNumber('duration', values.duration, 0.1, 86_400) * 1000,
    warmupMs: readNumber('warmup', values.warmup, 0, 3600) * 1000,
    seed: readNumber('seed', values.seed, 0, 2 ** 31),
    ratePerSecond: number('rate', values.rate, 1, 10_000_000),
    pipeline: readNumber('pipeline', values.pipeline, 1, 1024),
    readPercent: readNumber('reads', values.reads, 0, 100),
    valueBytes: readNumber('value-bytes', values['value-bytes'], 1, 64 * 1024 * 1024),
    keysPerClient: readNumber('keys', values.keys, 1, 1_000_000),
    generators: readNumber('generators', values.generators, 1, 64),
  };
}

function readComparison(files: readonly string[]): CommandLine {
  if (files.length !== 2)
    throw new Error('--compare takes two files: the older report.json and the newer one');
  return { kind: 'compare', before: files[0], after: files[1] };
}

function readPositionals(words: readonly string[]): { scenarios: string[]; sizes: number[] } {
  const sizes: number[] = [];
  const scenarios: string[] = [];
  for (const word of words) {
    const size = /^(\d+)(k?)$/i.exec(word);
    if (size === null) scenarios.push(word);
    else sizes.push(Number(size[1]) * (size[2] === '' ? 1 : 1024));
  }
  if (sizes.includes(0)) throw new Error('0 clients: at least one is needed');
  if (scenarios.length === 0 || (sizes.length > 0 && !scenarios.includes('ramp'))) scenarios.unshift('ramp');
  return { scenarios, sizes: sizes.length > 0 ? sizes : DEFAULT_SIZES };
}

/** @throws Error unless it is `name=command`, with a port in the command */
export function readContender(definition: string): Contender {
  const equals = definition.indexOf('=');
  const name = definition.slice(0, Math.max(0, equals));
  const command = definition.slice(equals + 1);
  if (!/^[\w.-]+$/.test(name))
    throw new Error(`--contender ${definition}: expected name='command with {port}'`);
  if (!command.includes('{port}')) throw new Error(`--contender ${name}: its command has no {port}`);
  return { name, command };
}

function readNumber(option: string, text: string, min: number, max: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= min && value <= max))
    throw new Error(`--${option} ${text}: expected a number from ${min} to ${max}`);
  return value;
}
