// Whether the container's server answers: PING where it is the key-value server, a connection where it is another. A
// proxy is asked for its status where it has one, and is well while it lives where it hasn't. The words of process 1
// say which it is; the key-value server puts a title in their place once it serves, with its first address in it. Exit
// status 0 or 1, as HEALTHCHECK wants; the words may be given as arguments, for tests.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const TIMEOUT_MS = 2_000;

const words =
  process.argv.length > 2 ? process.argv.slice(2) : readFileSync('/proc/1/cmdline', 'utf8').split('\0');
const title = /^januskv \S*:(\d+)\s*$/.exec(words[0]);
const sister = words.find((word) => ['echo', 'reverse', 'proxy'].includes(word)) ?? null;

/** What follows the last of these words. */
function valueAfter(...names) {
  const at = words.findLastIndex((word) => names.includes(word));
  return at < 0 ? undefined : words[at + 1];
}

function portToAsk() {
  if (title !== null) return title[1];
  if (sister === 'proxy') return valueAfter('-status', '--status')?.replace(/^.*:/, '');
  const positional =
    sister === 'reverse'
      ? words.slice(words.indexOf('reverse') + 1).find((word) => /^\d+$/.test(word))
      : undefined;
  return (
    valueAfter('-port', '--port') ?? positional ?? process.env.PORT ?? (sister === null ? '6379' : '8080')
  );
}

function finish(trouble) {
  if (trouble !== '') console.error(trouble);
  process.exit(trouble === '' ? 0 : 1);
}

const port = portToAsk();
if (port === undefined) finish('');
const socket = connect(Number(port), '127.0.0.1');
socket.setTimeout(TIMEOUT_MS, () => finish(`no answer on port ${port}`));
socket.on('error', (error) => finish(error.message));
socket.on('connect', () => {
  if (sister !== null) finish('');
  socket.write('PING\r\n');
});
// A server that wants a password is well too; one that still loads its data is not.
socket.on('data', (reply) => finish(/^(\+PONG|-NOAUTH)/.test(reply) ? '' : String(reply)));
socket.on('end', () => finish('it closed the connection'));
