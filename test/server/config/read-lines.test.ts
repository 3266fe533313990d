import assert from 'node:assert/strict';
import { Config } from '../../../src/server/config/config.js';
import { ConfigLineError, readLines } from '../../../src/server/config/read-lines.js';

const nothing = (): string[] => [];

function read(text: string, files: Readonly<Record<string, string>> = {}): Config {
  const config = new Config();
  readLines(config, text, (path) => [files[path]]);
  return config;
}

function refused(text: string, expected: { lineNumber: number; line: string; reason: string }): void {
  assert.throws(
    () => readLines(new Config(), text, nothing),
    (error) => {
      assert.ok(error instanceof ConfigLineError);
      assert.deepEqual({ ...error }, expected);
      return true;
    },
  );
}

describe('lines of configuration', () => {
  it('may be empty, comments, and begin and end with blanks', () => {
    assert.equal(read('# first\n\n  hz 20\r\n\t# hz 30\n').get('hz'), 20);
  });

  it('name directives in any case', () => assert.equal(read('HZ 20').get('hz'), 20));

  it('take the last of several lines', () => assert.equal(read('hz 20\nhz 30').get('hz'), 30));

  it('add up for directives of several lines', () => {
    const config = read('listen v1:7000\nlisten v2:7001');
    assert.deepEqual(config.get('listen'), ['v1:7000', 'v2:7001']);
  });

  it('may have all arguments of a directive in one quoted word', () => {
    const config = read(
      [
        'save "900 1  60 \'2\'"',
        'bind "127.0.0.1 -::1"',
        'client-output-buffer-limit "normal 1 2 3"',
        'replicaof "127.0.0.1 6380"',
      ].join('\n'),
    );
    assert.equal(config.show('save'), '900 1 60 2');
    assert.equal(config.show('bind'), '127.0.0.1 -::1');
    assert.equal(
      config.show('client-output-buffer-limit'),
      'normal 1 2 3 slave 268435456 67108864 60 pubsub 33554432 8388608 60',
    );
    assert.equal(config.show('replicaof'), '127.0.0.1 6380');
  });

  it('have no save points for an empty word, one of blanks, or one whose quotes are open', () => {
    for (const word of ['""', '" "', `"'900 1"`]) assert.equal(read(`save ${word}`).show('save'), '', word);
  });

  it('change a part of a directive', () => {
    const config = read('client-output-buffer-limit normal 1 2 3\nclient-output-buffer-limit pubsub 4 5 6');
    assert.equal(
      config.show('client-output-buffer-limit'),
      'normal 1 2 3 slave 268435456 67108864 60 pubsub 4 5 6',
    );
  });

  it('name a master by a host and a port', () => {
    assert.equal(read('replicaof host 6379').get('replicaof'), 'host 6379');
    assert.equal(read('replicaof NO one').get('replicaof'), '');
    for (const line of [
      'replicaof host port',
      'replicaof host 65536',
      'slaveof host -1',
      'slaveof host 1x',
    ]) {
      refused(line, { lineNumber: 1, line, reason: 'Invalid master port' });
    }
  });

  it('include files where they stand', () => {
    assert.equal(
      read('hz 20\ninclude more.conf\ntimeout 7', { 'more.conf': 'hz 30\ntimeout 5' }).get('hz'),
      30,
    );
    assert.equal(read('include more.conf\ntimeout 7', { 'more.conf': 'timeout 5' }).get('timeout'), 7);
  });

  it('may not include each other for ever', () => {
    assert.throws(
      () => read('include self', { self: '\ninclude self' }),
      (error) => error instanceof ConfigLineError && error.lineNumber === 2,
    );
  });

  it('are refused with their number, text and the reason', () => {
    refused('# c\nport 23491\nfoo bar\n', {
      lineNumber: 3,
      line: 'foo bar',
      reason: 'Bad directive or wrong number of arguments',
    });
    refused('port 1 2', { lineNumber: 1, line: 'port 1 2', reason: 'wrong number of arguments' });
    refused('\nport', { lineNumber: 2, line: 'port', reason: 'wrong number of arguments' });
    refused('requirepass "abc', {
      lineNumber: 1,
      line: 'requirepass "abc',
      reason: 'Unbalanced quotes in configuration line',
    });
    refused('include', {
      lineNumber: 1,
      line: 'include',
      reason: 'Bad directive or wrong number of arguments',
    });
    refused('cluster-enabled yes', {
      lineNumber: 1,
      line: 'cluster-enabled yes',
      reason: "not supported by januskv, which behaves as with 'no'",
    });
    refused('loadmodule x', {
      lineNumber: 1,
      line: 'loadmodule x',
      reason: 'not supported by januskv',
    });
    refused('rename-command get', {
      lineNumber: 1,
      line: 'rename-command get',
      reason: 'wrong number of arguments',
    });
  });

  it('define users, whose mistakes are told by the name', () => {
    const users = read('user alice on (+get ~x)\nuser bob').get('user');
    assert.deepEqual(users, [['alice', 'on', '(+get ~x)'], ['bob']]);
    const refusals = {
      'user alice on bla': 'Syntax error',
      'user alice allkeys ~x':
        "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns",
      'user alice (+get': 'Unmatched parenthesis in selector definition',
    };
    for (const [line, reason] of Object.entries(refusals)) {
      refused(line, { lineNumber: 1, line, reason: `Error in user declaration 'alice': ${reason}` });
    }
    refused('user alice\nuser alice on', {
      lineNumber: 2,
      line: 'user alice on',
      reason:
        "Error in user declaration 'alice': Duplicate user found. A user can only be defined once in config files",
    });
    refused('user', { lineNumber: 1, line: 'user', reason: 'Bad directive or wrong number of arguments' });
  });

  for (const address of [
    'v1:6379',
    'v2:127.0.0.1:0',
    'auto:[::1]:6379',
    'v2:/tmp/januskv.sock',
    '6379',
    'localhost:1',
  ]) {
    it(`accept the address ${address}`, () =>
      assert.deepEqual(read(`listen ${address}`).get('listen'), [address]));
  }
  for (const address of ['v3:6379', 'v1:', 'v1:x', '::1:6379', 'v1:65536', 'relative/path']) {
    it(`refuse the address ${address}`, () =>
      assert.throws(() => read(`listen ${address}`), ConfigLineError));
  }
});
