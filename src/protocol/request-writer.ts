/**
 * Requests as a client writes them: for the links on which this server is the client, to a master or to the server that keys
 * migrate to. Nothing here is on the path of a command.
 */

const END_OF_LINE = Buffer.from('\r\n');

/** An array of bulk strings, https://redis.io/docs/latest/develop/reference/protocol-spec/; text has one byte a character. */
export function requestOf(words: readonly (string | Buffer)[]): Buffer {
  const pieces = words.flatMap((word) => [
    Buffer.from(`$${word.length}\r\n`),
    typeof word === 'string' ? Buffer.from(word, 'latin1') : word,
    END_OF_LINE,
  ]);
  return Buffer.concat([Buffer.from(`*${words.length}\r\n`), ...pieces]);
}
