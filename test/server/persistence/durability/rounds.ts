/**
 * Kills a server under load at random moments, and looks after each restart whether everything that was acknowledged is
 * there, and nothing that was never sent.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program, portOf } from '../../../cli/support/program.js';
import { Dice } from '../../../support/dice.js';
import type { FrontendName } from '../../../support/running-server.js';
import { connect, type SocketClient } from '../../../support/socket-client.js';
import { Writer } from './writer.js';

export interface DurabilityOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly frontends: readonly FrontendName[];
  /**
   * `appendfsync`. Under `everysec` a killed process loses what waited for a sync under way; under the others, nothing.
   */
  readonly policy: string;
  /** Told of each round. */
  readonly tell?: (line: string) => void;
}

export interface DurabilityOutcome {
  readonly rounds: number;
  readonly acknowledged: number;
  /** Operations that were done although nobody was told. */
  readonly unacknowledged: number;
  /** Operations that were acknowledged and are gone; more than 0 is a problem under `always`. */
  readonly lost: number;
  readonly rewrites: number;
  readonly problems: readonly string[];
}

const WRITERS = 6;
const LIFE_MS_MAX = 500;
/** Rounds in one directory: then it begins anew. */
const ROUNDS_PER_DIRECTORY = 20;

export async function killRepeatedly(options: DurabilityOptions): Promise<DurabilityOutcome> {
  const dice = new Dice(options.seed);
  const total = {
    rounds: 0,
    acknowledged: 0,
    unacknowledged: 0,
    lost: 0,
    rewrites: 0,
    problems: [] as string[],
  };
  while (total.rounds < options.rounds && total.problems.length === 0) {
    const directory = mkdtempSync(join(tmpdir(), 'januskv-durability-'));
    try {
      await killInDirectory(options, dice, directory, total);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
  return total;
}

async function killInDirectory(
  options: DurabilityOptions,
  dice: Dice,
  directory: string,
  total: { -readonly [K in keyof DurabilityOutcome]: DurabilityOutcome[K] } & { problems: string[] },
): Promise<void> {
  const rounds = Math.min(ROUNDS_PER_DIRECTORY, options.rounds - total.rounds);
  const writers: Writer[] = [];
  for (let round = 0; round <= rounds; round++) {
    const server = await start(options, dice, directory);
    const inspector = await connect(server.port);
    const before = writers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
    for (const writer of writers) {
      const { acknowledged } = writer;
      const problem = await writer.check(inspector, options.policy === 'everysec');
      total.lost += Math.max(0, acknowledged - writer.acknowledged);
      if (problem !== null) total.problems.push(`round ${total.rounds}: ${problem}`);
    }
    const found = writers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
    total.unacknowledged += Math.max(0, found - before);
    if (round === rounds || total.problems.length > 0) {
      await server.kill();
      return;
    }
    const added = Array.from({ length: WRITERS }, (_, index) => new Writer(`${round}:${index}`));
    total.rewrites += await loadAndKill(server, added, dice);
    const acknowledged = added.reduce((sum, writer) => sum + writer.acknowledged, 0);
    total.acknowledged += acknowledged;
    total.rounds++;
    writers.push(...added);
    options.tell?.(
      `round ${total.rounds}: ${acknowledged} operations acknowledged, ${found} found from before`,
    );
  }
}

interface Running {
  readonly port: number;
  /** SIGKILL: it is gone when this resolves. */
  kill(): Promise<void>;
}

async function start(
  { frontends, policy }: DurabilityOptions,
  dice: Dice,
  directory: string,
): Promise<Running> {
  const preamble = dice.oneIn(3) ? 'no' : 'yes';
  const program = new Program([
    ...['--listen', `${dice.pick(frontends)}:127.0.0.1:0`, '--dir', directory, '--save', ''],
    ...['--appendonly', 'yes', '--appendfsync', policy],
    ...['--aof-use-rdb-preamble', preamble, '--auto-aof-rewrite-min-size', '100kb'],
  ]);
  const [address] = await program.ready();
  return {
    port: portOf(address),
    async kill() {
      program.signal('SIGKILL');
      await program.end();
    },
  };
}

/** @returns how many rewrites were asked for */
async function loadAndKill(server: Running, writers: readonly Writer[], dice: Dice): Promise<number> {
  const clients: SocketClient[] = [];
  for (const _ of writers) clients.push(await connect(server.port));
  const admin = await connect(server.port);
  const writing = Promise.all(writers.map((writer, index) => writer.write(clients[index], dice)));
  const isRewriting = dice.oneIn(2);
  if (isRewriting) {
    await pause(dice.between(0, LIFE_MS_MAX / 2));
    admin.send('BGREWRITEAOF\r\n');
  }
  await pause(dice.between(1, isRewriting ? 100 : LIFE_MS_MAX));
  await server.kill();
  await writing;
  for (const client of [...clients, admin]) client.socket.destroy();
  return isRewriting ? 1 : 0;
}

/** A kill comes at whatever moment: this is no wait for something. */
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
