/**
 * Bugs that the simulation has to find, or else it finds nothing: planted by name, between the server and whoever
 * watches it. Each comes once in a while, as real ones do.
 */
import type { JanusServer } from '../../src/server/server.js';
import type { Dice } from '../support/dice.js';

export const CANARIES = ['lost-byte', 'swapped-replies', 'late-expiry'] as const;
export type Canary = (typeof CANARIES)[number];

/** What is broken about replies on their way. */
export interface Breakage {
  reply(text: string): string;
}

export const NOTHING_BROKEN: Breakage = { reply: (text) => text };

const LOST_BYTE_ONE_IN = 2000;
const SWAP_ONE_IN = 20;

export function plant(canary: Canary, server: JanusServer, dice: Dice): Breakage {
  switch (canary) {
    case 'lost-byte':
      return { reply: (text) => (dice.oneIn(LOST_BYTE_ONE_IN) ? text.slice(0, -1) : text) };
    case 'swapped-replies':
      return { reply: (text) => (dice.oneIn(SWAP_ONE_IN) ? swapped(text) : text) };
    case 'late-expiry': {
      // Keys are there one millisecond longer than they should be.
      const { keyspace } = server;
      let nowMs = keyspace.nowMs;
      Object.defineProperty(keyspace, 'nowMs', {
        get: () => nowMs - 1,
        set: (ms: number) => {
          nowMs = ms;
        },
      });
      return NOTHING_BROKEN;
    }
  }
}

/** Exchanges the first two lines when they are replies by themselves. */
function swapped(text: string): string {
  return text.replace(/^([+:-][^\r]*\r\n)([+:-][^\r]*\r\n)/, '$2$1');
}
