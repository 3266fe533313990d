/** The soak's command line. */
import { parseArgs } from 'node:util';

export interface SoakSettings {
  readonly contenders: readonly string[];
  readonly clients: number;
  readonly durationMs: number;
  /** Commands per second of all clients together. */
  readonly rate: number;
  /** Clients per second that leave and are followed by others. */
  readonly churn: number;
  readonly keyLifeMs: number;
  readonly sampleMs: number;
  readonly seed: number;
  readonly outputFolder: string;
}

export const SOAK_HELP = `npm run soak -- [options]

  Clients with commands of all types, coming and going, with keys that expire, for a long time at a moderate
  rate: every reply is checked, and in the end memory has to be flat and every count exact.

  npm run soak                             30 minutes of 8,192 clients against v1, then against v2
  npm run soak -- --at-once                both at the same time, each with a server of its own
  npm run soak -- --contenders v2 --clients 100 --duration 10     a quick look

  --contenders v1,v2        as for npm run stress
  --at-once                 all contenders at the same time, in a process each
  --clients 8192
  --duration 1800           seconds
  --rate 3000               commands per second
  --churn 20                clients per second that leave, in nine ways, and are followed by others
  --key-life 30             seconds that keys with a time to live live at most
  --sample 30               seconds between two samples; at most a twelfth of the duration
  --seed 1
  --output stress/reports   folder for soak-NAME-TIME.md and .json
  --help

The exit code is 0 when everything held, 1 when something did not, 2 when nothing could run.`;

export interface SoakCommandLine {
  readonly isHelp: boolean;
  readonly isAtOnce: boolean;
  readonly settings: SoakSettings;
}

/** Of a whole soak, so that short ones have a trend too. */
const SAMPLES_MIN = 12;

/** @throws Error that says which argument is wrong */
export function parseSoakCommandLine(args: readonly string[]): SoakCommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      contenders: { type: 'string', default: 'v1,v2' },
      'at-once': { type: 'boolean', default: false },
      clients: { type: 'string', default: '8192' },
      duration: { type: 'string', default: '1800' },
      rate: { type: 'string', default: '3000' },
      churn: { type: 'string', default: '20' },
      'key-life': { type: 'string', default: '30' },
      sample: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
      output: { type: 'string', default: 'stress/reports' },
      help: { type: 'boolean', default: false },
    },
  });
  const durationMs = readNumber('duration', values.duration, 1, 604_800) * 1000;
  const sampleMs = readNumber('sample', values.sample, 0.1, 3600) * 1000;
  return {
    isHelp: values.help,
    isAtOnce: values['at-once'],
    settings: {
      contenders: values.contenders.split(','),
      clients: readNumber('clients', values.clients, 2, 1_000_000),
      durationMs,
      rate: readNumber('rate', values.rate, 1, 1_000_000),
      churn: readNumber('churn', values.churn, 0, 10_000),
      keyLifeMs: readNumber('key-life', values['key-life'], 0.1, 3600) * 1000,
      sampleMs: Math.min(sampleMs, durationMs / SAMPLES_MIN),
      seed: readNumber('seed', values.seed, 0, 2 ** 31),
      outputFolder: values.output,
    },
  };
}

function readNumber(option: string, text: string, min: number, max: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= min && value <= max))
    throw new Error(`--${option} ${text}: expected a number from ${min} to ${max}`);
  return value;
}
