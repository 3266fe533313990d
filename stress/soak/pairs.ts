/** Errands of two clients: one waits, the other gives it what it waits for. */
import { Batch } from './batch.js';
import type { SoakClient } from './client.js';
import { array, bulk, bulks, Exactly, integer } from './replies.js';

export interface PairContext {
  readonly first: SoakClient;
  readonly second: SoakClient;
  readonly key: string;
  readonly dueUs: number;
  readonly nowUs: () => number;
}

/** @returns commands sent */
export type PairErrand = (context: PairContext) => number;

export const PAIR_ERRANDS: readonly PairErrand[] = [blockingPop, blockingSortedPop, message];

function blockingPop({ first, second, key, dueUs }: PairContext): number {
  first.send(new Batch().call(bulks([key, 'handed over']), 'BLPOP', key, 0), dueUs);
  second.send(new Batch().call(integer(1), 'RPUSH', key, 'handed over'), dueUs);
  return 2;
}

function blockingSortedPop({ first, second, key, dueUs }: PairContext): number {
  first.send(new Batch().call(bulks([key, 'member', '1.5']), 'BZPOPMIN', key, 0), dueUs);
  second.send(new Batch().call(integer(1), 'ZADD', key, '1.5', 'member'), dueUs);
  return 2;
}

function message({ first, second, key, dueUs, nowUs }: PairContext): number {
  const confirmation = (kind: string, count: number): string => array(bulk(kind), bulk(key), integer(count));
  first.hasErrand = true;
  second.hasErrand = true;
  const unsubscribe = (): void => {
    const batch = new Batch().call(confirmation('unsubscribe', 0), 'UNSUBSCRIBE', key);
    first.send(batch, nowUs(), () => {
      first.hasErrand = false;
    });
  };
  const publish = (): void => {
    first.expect(new Exactly(bulks(['message', key, 'hello'])), nowUs(), unsubscribe);
    second.send(new Batch().call(integer(1), 'PUBLISH', key, 'hello'), nowUs(), () => {
      second.hasErrand = false;
    });
  };
  first.send(new Batch().call(confirmation('subscribe', 1), 'SUBSCRIBE', key), dueUs, publish);
  return 3;
}
