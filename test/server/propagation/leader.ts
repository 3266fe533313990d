/** A server in memory whose effects are recorded, as an append-only file would be. */
import { ManualClock } from '../../../src/base/clock.js';
import { type PropagationSink, TO_FILE } from '../../../src/server/propagation/sink.js';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';

/** So far ahead that no server with a real clock expires a key of ours by itself. */
const WALL_2100_MS = 4_102_444_800_000;

export class Recorder implements PropagationSink {
  selectedDb = -1;
  units = 0;
  readonly #pieces: Buffer[] = [];

  constructor(readonly target = TO_FILE) {}

  beginUnit(): void {
    this.units++;
  }

  write(bytes: Buffer, start: number, end: number): void {
    this.#pieces.push(Buffer.from(bytes.subarray(start, end)));
  }

  /** What came since the last call. */
  take(): Buffer {
    return Buffer.concat(this.#pieces.splice(0));
  }
}

export class Leader {
  readonly memory: MemoryServer;
  readonly recorder = new Recorder();
  readonly client: Client;
  /** Who looks at what there is. */
  readonly inspector: Client;

  constructor() {
    this.memory = serverIn2100();
    this.client = this.memory.connect();
    this.inspector = this.memory.connect();
    this.memory.server.propagation.attach(this.recorder);
  }
}

export function serverIn2100(): MemoryServer {
  const memory = new MemoryServer();
  memory.clock.jump(WALL_2100_MS - new ManualClock().wallMs());
  memory.tick();
  return memory;
}

/** The commands of a stream, each as people read it: in brackets. */
export function commandsOf(stream: Buffer): string[] {
  const commands: string[] = [];
  let text = stream.toString('latin1');
  while (text !== '') {
    const header = /^\*(\d+)\r\n/.exec(text);
    if (header === null) throw new Error(`no command begins at ${JSON.stringify(text.slice(0, 50))}`);
    text = text.slice(header[0].length);
    const words: string[] = [];
    for (let left = Number(header[1]); left > 0; left--) {
      const bulk = /^\$(\d+)\r\n/.exec(text);
      if (bulk === null) throw new Error(`no word begins at ${JSON.stringify(text.slice(0, 50))}`);
      const from = bulk[0].length;
      const to = from + Number(bulk[1]);
      words.push(text.slice(from, to));
      text = text.slice(to + 2);
    }
    commands.push(`[${words.join(' ')}]`);
  }
  return commands;
}

export const readable = (stream: Buffer): string => commandsOf(stream).join('');
