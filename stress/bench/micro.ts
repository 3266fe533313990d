/** Nanoseconds per command without sockets, beside what the load generator spends on one: in this process, no server. */
import { Histogram } from '../load/histogram.js';
import { KeyValues } from '../load/key-values.js';
import { timeCommands } from '../micro/commands.js';
import { timeOperation } from '../micro/timing.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';

const SEED = 1;

export const micro: Bench = {
  name: 'micro',
  summary: 'nanoseconds per command without sockets, and per request of the load generator',
  async run(context: BenchContext): Promise<BenchResult> {
    context.say('commands');
    const times = new Map([...timeCommands(SEED), ...timeGenerator()]);
    return {
      title: 'without sockets: parse, dispatch, execute, reply',
      table: [['operation', 'ns'], ...[...times].map(([name, ns]) => [name, ns.toFixed(0)])],
      figures: Object.fromEntries(times),
      goals: [],
    };
  },
};

/** What the generator does itself for a request and its reply has to stay small beside what a server does. */
function timeGenerator(): Map<string, number> {
  const values = new KeyValues([{ bytes: 64, weight: 1 }], SEED);
  const histogram = new Histogram();
  const request = Buffer.allocUnsafeSlow(values.requestBytesMax);
  const end = values.writeSet(7, 1, 9, request, 0);
  const text = request.toString('latin1', 0, end);
  const reply = Buffer.from(text.slice(text.indexOf('$64')));
  const repeat = (act: (index: number) => void) => (count: number) => {
    for (let index = 0; index < count; index++) act(index);
  };
  return new Map([
    ['generator: write a SET', timeOperation(repeat((index) => values.writeSet(7, 1, index, request, 0)))],
    ['generator: check a GET', timeOperation(repeat(() => values.checkGet(7, 1, 9, reply, 0, reply.length)))],
    ['generator: record', timeOperation(repeat((index) => histogram.record(100 + (index & 0xfff))))],
  ]);
}
