/** The ways in which clients leave, one after the other: in good order, or in the middle of whatever state. */
import { Batch } from './batch.js';
import type { SoakClient } from './client.js';
import { OK } from './replies.js';

/** @param ownKey of the client, which holds a value @param key that nobody else uses */
type Farewell = (client: SoakClient, ownKey: string, key: string) => void;

const FAREWELLS: readonly Farewell[] = [
  // In good order.
  (client) => client.leave(new Batch()),
  (client) => client.leaveWhenTold(new Batch().call(OK, 'QUIT')),
  // In mid request.
  (client, _, key) =>
    client.leave(new Batch().raw(`*3\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n$1000\r\nabc`)),
  // In mid reply: what is on its way meets a closed socket, and the server a reset.
  (client, ownKey) => {
    const asks = new Batch();
    for (let count = 0; count < 50; count++) asks.send('GET', ownKey);
    client.leave(asks);
  },
  // Blocked.
  (client, _, key) => client.leave(new Batch().send('BLPOP', key, 0)),
  (client, _, key) => client.leave(new Batch().send('XREAD', 'BLOCK', 0, 'STREAMS', key, '$')),
  // In a transaction, with a key watched.
  (client, ownKey) => client.leave(new Batch().send('WATCH', ownKey).send('MULTI').send('GET', ownKey)),
  // Subscribed.
  (client, _, key) => client.leave(new Batch().send('SUBSCRIBE', key).send('PSUBSCRIBE', `${key}*`)),
  // Looking on.
  (client) => client.leave(new Batch().send('MONITOR')),
];

/** @param number counts farewells: each way has its turn */
export function sayFarewell(client: SoakClient, number: number, ownKey: string, key: string): void {
  FAREWELLS[number % FAREWELLS.length](client, ownKey, key);
}
