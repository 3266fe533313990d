/**
 * A server that answers PING, INFO, DBSIZE, SET, GET, SUBSCRIBE and PUBLISH, and makes one mistake, once: what the stress lab has
 * to notice. `none` makes none: then the lab has to be content.
 *
 *     node --import tsx faulty-server.ts PORT MISTAKE
 */
import { createServer, type Socket } from 'node:net';
import Parser from 'redis-parser';

const [port, mistake] = process.argv.slice(2);

/** The mistake is made from this request on: all keys have been written, and the slowest machine comes so far. */
const MISTAKE_AT = 100;

const subscribers = new Map<string, readonly Socket[]>();
const data = new Map<string, string>();
let requests = 0;
let isMade = false;
let forgottenKey: string | null = null;

/** True once, when its time has come and this mistake is the one to make. */
function isTimeFor(name: string): boolean {
  if (isMade || mistake !== name || requests < MISTAKE_AT) return false;
  isMade = true;
  return true;
}

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}

function answerGet(key: string): string {
  const value = data.get(key);
  if (value === undefined) return '$-1\r\n';
  if (isTimeFor('wrong-value')) return bulk(value.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x')));
  if (isTimeFor('missing-value')) return '$-1\r\n';
  if (isTimeFor('short-value')) return bulk(value.slice(1));
  if (isTimeFor('two-replies')) return bulk(value) + bulk(value);
  return bulk(value);
}

function answerSet(key: string, value: string): string {
  if (isTimeFor('error-reply')) return '-OOM command not allowed\r\n';
  if (isTimeFor('forgotten-write')) forgottenKey = key;
  // Later ones to the same key too: one that is written again before it is read nobody could miss.
  if (key !== forgottenKey) data.set(key, value);
  return '+OK\r\n';
}

function subscribe(channel: string, socket: Socket): string {
  subscribers.set(channel, [...(subscribers.get(channel) ?? []), socket]);
  return `*3\r\n${bulk('subscribe')}${bulk(channel)}:1\r\n`;
}

function publish(channel: string, message: string): string {
  const listening = subscribers.get(channel) ?? [];
  for (const subscriber of listening) {
    if (isTimeFor('lost-message')) continue;
    const text = isTimeFor('wrong-message') ? `${message.slice(1)}x` : message;
    const delivery = `*3\r\n${bulk('message')}${bulk(channel)}${bulk(text)}`;
    subscriber.write(isTimeFor('repeated-message') ? delivery + delivery : delivery);
  }
  return `:${listening.length + (isTimeFor('wrong-receivers') ? 1 : 0)}\r\n`;
}

function answer(words: readonly string[], socket: Socket): string {
  const name = words[0].toUpperCase();
  if (name === 'PING') return '+PONG\r\n';
  if (name === 'INFO') return bulk('redis_version:0.0.0\r\n');
  if (name === 'DBSIZE') return `:${data.size + (mistake === 'wrong-count' ? 1 : 0)}\r\n`;
  requests++;
  if (isTimeFor('lost-client')) socket.destroy();
  if (isTimeFor('ended')) process.exit(0);
  if (isTimeFor('lost-reply')) return '';
  if (name === 'SUBSCRIBE') return subscribe(words[1], socket);
  if (name === 'PUBLISH') return publish(words[1], words[2]);
  return name === 'SET' ? answerSet(words[1], words[2]) : answerGet(words[1]);
}

createServer((socket) => {
  // Requests are arrays of bulk strings, so a parser of replies reads them.
  const parser = new Parser({
    returnReply: (words) => {
      if (!socket.destroyed) socket.write(answer(words as string[], socket));
    },
    returnError: (error) => socket.destroy(error),
  });
  socket.on('data', (bytes) => parser.execute(bytes));
  socket.on('error', () => socket.destroy());
}).listen(Number(port), '127.0.0.1');
