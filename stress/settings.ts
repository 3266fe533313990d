/**
 * The command line, as settings that describe a run completely: they go into the report, and a run is repeated
 * from them. k is 1024 in sizes: 8k is 8,192 clients.
 */
import { parseArgs } from 'node:util';
import type { Contender } from './run/contenders.js';

/** What a report remembers of the command line. */
export interface Settings {
  readonly scenarios: readonly string[];
  /** Of the ramp: clients per rung. */
  readonly sizes: readonly number[];
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

export interface CommandLine {
  readonly settings: Settings;
  /** Names of known contenders, or null for the default ones. */
  readonly contenderNames: readonly string[] | null;
  readonly customContenders: readonly Contender[];
  /** Folder for the report's files. */
  readonly outputFolder: string;
}

export const HELP = `npm run stress -- [sizes and scenarios] [options]

  npm run stress                          the ramp: 1k 2k 4k 8k clients (k = 1024), every contender
  npm run stress -- 8k                    one rung
  npm run stress -- 1k 8k --contenders v2,redis

Options
  --contenders v1,v2,redis     who takes part (known: v1 v2 redis valkey; default v1, v2, and redis if installed)
  --contender name='command'   another server; {port} and {maxclients} are filled in; may be repeated
  --duration 5                 measured seconds per trial
  --warmup 1                   seconds before that
  --rounds 3                   times that everything is measured, in turns; medians are reported
  --rate 50000                 requests per second of all clients, open loop; default: closed loop
  --pipeline 1                 requests in flight per client
  --reads 50                   percent of requests that read
  --value-bytes 64             size of values
  --keys 4                     keys of each client
  --generators 1               load generator processes
  --seed 1                     of everything random
  --output stress/reports      folder for the report
  --help

The exit code is 0 when every trial passed, 1 when one failed, 2 when nothing could run, 130 when stopped.`;

const DEFAULT_SIZES = [1024, 2048, 4096, 8192];

/** @returns null when help was asked for @throws Error that says which argument is wrong */
export function parseCommandLine(args: readonly string[]): CommandLine | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      contenders: { type: 'string' },
      contender: { type: 'string', multiple: true, default: [] },
      duration: { type: 'string', default: '5' },
      warmup: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '3' },
      rate: { type: 'string' },
      pipeline: { type: 'string', default: '1' },
      reads: { type: 'string', default: '50' },
      'value-bytes': { type: 'string', default: '64' },
      keys: { type: 'string', default: '4' },
      generators: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      output: { type: 'string', default: 'stress/reports' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { scenarios, sizes } = readPositionals(positionals);
  const customContenders = values.contender.map(readContender);
  const settings: Settings = {
    scenarios,
    sizes,
    rounds: readNumber('rounds', values.rounds, 1, 1000),
    durationMs: readNumber('duration', values.duration, 0.1, 86_400) * 1000,
    warmupMs: readNumber('warmup', values.warmup, 0, 3600) * 1000,
    seed: readNumber('seed', values.seed, 0, 2 ** 31),
    ratePerSecond: values.rate === undefined ? null : readNumber('rate', values.rate, 1, 10_000_000),
    pipeline: readNumber('pipeline', values.pipeline, 1, 1024),
    readPercent: readNumber('reads', values.reads, 0, 100),
    valueBytes: readNumber('value-bytes', values['value-bytes'], 1, 64 * 1024 * 1024),
    keysPerClient: readNumber('keys', values.keys, 1, 1_000_000),
    generators: readNumber('generators', values.generators, 1, 64),
  };
  return {
    settings,
    contenderNames: values.contenders?.split(',') ?? null,
    customContenders,
    outputFolder: values.output,
  };
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

function readContender(definition: string): Contender {
  const equals = definition.indexOf('=');
  const name = definition.slice(0, Math.max(0, equals));
  const command = definition.slice(equals + 1);
  if (!/^[\w.-]+$/.test(name)) throw new Error(`--contender ${definition}: want name='command with {port}'`);
  if (!command.includes('{port}')) throw new Error(`--contender ${name}: its command has no {port}`);
  return { name, command };
}

function readNumber(option: string, text: string, min: number, max: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= min && value <= max))
    throw new Error(`--${option} ${text}: want a number from ${min} to ${max}`);
  return value;
}
