/** The servers that can take part, and how each is started. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export interface Contender {
  readonly name: string;
  /** A shell command with `{port}`, and perhaps `{maxclients}`, `{node}` (this Node) and `{root}` (this repository). */
  readonly command: string;
}

export function fillIn(command: string, port: number, maxClients: number): string {
  return command
    .replaceAll('{port}', `${port}`)
    .replaceAll('{maxclients}', `${maxClients}`)
    .replaceAll('{node}', process.execPath)
    .replaceAll('{root}', ROOT);
}

/** 511, Redis' default, drops connections when thousands come at once; clients come from all over 127/8. */
const OPTIONS =
  '--port {port} --bind 127.0.0.1 --protected-mode no --save "" --appendonly no ' +
  '--maxclients {maxclients} --tcp-backlog 4096';

/** As `npm start` and the image start it. */
const JANUSKV = `"{node}" --v8-pool-size=1 "{root}/dist/cli.js" ${OPTIONS}`;

const KNOWN: readonly Contender[] = [
  { name: 'v1', command: `${JANUSKV} --frontend v1` },
  { name: 'v2', command: `${JANUSKV} --frontend v2` },
  { name: 'v2-level', command: `${JANUSKV} --frontend v2 --reactor-trigger level` },
  { name: 'v2-oneshot', command: `${JANUSKV} --frontend v2 --reactor-trigger oneshot` },
  { name: 'v2-busy', command: `${JANUSKV} --frontend v2 --reactor-busy-poll 50` },
  { name: 'v2-dedicated', command: `${JANUSKV} --frontend v2 --reactor-loop dedicated` },
  { name: 'v2-threads', command: `${JANUSKV} --frontend v2 --io-threads 2` },
  { name: 'redis', command: `redis-server ${OPTIONS}` },
  { name: 'valkey', command: `valkey-server ${OPTIONS}` },
];

/** In the seconds after its start januskv has connections to itself: whoever counts descriptors does without. */
export function withoutRehearsal(contender: Contender): Contender {
  if (!contender.command.startsWith(JANUSKV)) return contender;
  return { ...contender, command: `${contender.command} --rehearsal no` };
}

/** What runs when nobody names contenders; those that are not installed are left out. */
const DEFAULT_NAMES = ['v1', 'v2', 'redis'];

/**
 * @param names as asked for, or null for the default
 * @param custom from `--contender name='command with {port}'`
 * @throws Error that says which name is unknown or not installed
 */
export function chooseContenders(names: readonly string[] | null, custom: readonly Contender[]): Contender[] {
  if (names === null) {
    const installed = DEFAULT_NAMES.filter(isInstalled).map((name) => find(name, KNOWN));
    return [...installed, ...custom];
  }
  const chosen = names.map((name) => find(name, [...custom, ...KNOWN]));
  const missing = chosen.find((contender) => !custom.includes(contender) && !isInstalled(contender.name));
  if (missing !== undefined)
    throw new Error(`contender ${missing.name}: ${missing.name}-server is not installed`);
  return chosen;
}

function find(name: string, contenders: readonly Contender[]): Contender {
  const found = contenders.find((contender) => contender.name === name);
  if (found === undefined) {
    const known = contenders.map((contender) => contender.name).join(', ');
    throw new Error(`contender ${name}: not known; there are ${known}, or define it with --contender`);
  }
  return found;
}

function isInstalled(name: string): boolean {
  if (name !== 'redis' && name !== 'valkey') return true;
  return spawnSync(`${name}-server`, ['--version']).status === 0;
}
