import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';
import { describeWithReference, startReference } from '../../support/reference-server.js';

const library = (name: string, ...lines: string[]): string => [`#!lua name=${name}`, ...lines].join('\n');
const answering = (name: string, answer: string): string =>
  `redis.register_function('${name}', function(keys, args) return ${answer} end)`;

describeCommand('FUNCTION LOAD', ({ call, refused }) => {
  afterEach(() => call('FUNCTION', 'FLUSH'));

  it('registers functions that FCALL calls with keys and arguments', async () => {
    assert.equal(
      await call('FUNCTION', 'LOAD', library('lib', answering('f', '{keys, args, #keys}'))),
      'lib',
    );
    assert.deepEqual(await call('FCALL', 'f', 1, 'k', 'a', 'b'), [['k'], ['a', 'b'], 1]);
  });

  it('tells functions by their names whatever the case, and libraries not', async () => {
    await call('FUNCTION', 'LOAD', library('Lib', answering('First', '1')));
    await call('FUNCTION', 'LOAD', library('lib', answering('second', '2')));
    assert.equal(await call('FCALL', 'FIRST', 0), 1);
    assert.equal(await call('FCALL', 'Second', 0), 2);
    await refused(
      'ERR Function first already exists',
      ...['FUNCTION', 'LOAD', library('other', answering('first', '3'))],
    );
    await refused('ERR Library not found', 'FUNCTION', 'DELETE', 'LIB');
    await call('FUNCTION', 'DELETE', 'Lib');
    await refused('ERR Function not found', 'FCALL', 'First', 0);
  });

  it('keeps what a library keeps in variables of its own', async () => {
    const counter = "local n = 0 redis.register_function('next', function() n = n + 1 return n end)";
    await call('FUNCTION', 'LOAD', library('lib', counter));
    assert.deepEqual([await call('FCALL', 'next', 0), await call('FCALL', 'next', 0)], [1, 2]);
  });

  it('takes the place of a library only with REPLACE', async () => {
    await call('FUNCTION', 'LOAD', library('lib', answering('f', '1')));
    await refused(
      "ERR Library 'lib' already exists",
      'FUNCTION',
      'LOAD',
      library('lib', answering('f', '2')),
    );
    await call('FUNCTION', 'LOAD', 'REPLACE', library('lib', answering('g', '2')));
    assert.equal(await call('FCALL', 'g', 0), 2);
    await refused('ERR Function not found', 'FCALL', 'f', 0);
  });

  it('leaves everything as it was when a function has its name from another library', async () => {
    await call('FUNCTION', 'LOAD', library('one', answering('f', '1')));
    await call('FUNCTION', 'LOAD', library('two', answering('g', '2')));
    await refused(
      'ERR Function f already exists',
      'FUNCTION',
      'LOAD',
      'REPLACE',
      library('two', answering('f', '3')),
    );
    assert.deepEqual([await call('FCALL', 'f', 0), await call('FCALL', 'g', 0)], [1, 2]);
  });

  const BAD_NAME =
    'ERR Library names can only contain letters, numbers, or underscores(_) and must be at least one character long';
  const metadata: readonly [source: string, error: string][] = [
    ['no shebang', 'ERR Missing library metadata'],
    ['#!lua\nreturn 1', 'ERR Library name was not given'],
    ['#!lua name=x', 'ERR Invalid library metadata'],
    ['#!lua name=x\nreturn 1', 'ERR No functions registered'],
    ['#!js name=x\nreturn 1', "ERR Engine 'js' not found"],
    ['#!lua name=x foo=bar\nreturn 1', 'ERR Invalid metadata value given: foo=bar'],
    ['#!lua name=x name=y\nreturn 1', 'ERR Invalid metadata value, name argument was given multiple times'],
    ['#!lua name=x-y\nreturn 1', BAD_NAME],
    ['#!lua name="a b"\nreturn 1', BAD_NAME],
    [
      '#!lua name=x\n\n\nbad syntax',
      "ERR Error compiling function: user_function:4: '=' expected near 'syntax'",
    ],
  ];
  for (const [source, error] of metadata) {
    it(`refuses ${JSON.stringify(source)}`, () => refused(error, 'FUNCTION', 'LOAD', source));
  }

  const PREFIX = 'ERR Error registering functions: ERR ';
  const nonexistent = (name: string): string =>
    `${PREFIX}user_function:2: Script attempted to access nonexistent global variable '${name}'`;
  const registrations: readonly [line: string, error: string][] = [
    ["redis.call('ping')", nonexistent('call')],
    ['return math.pi', nonexistent('math')],
    ['x = 1', `${PREFIX}user_function:2: Attempt to modify a readonly table`],
    ['redis.x = 1', `${PREFIX}user_function:2: Attempt to modify a readonly table`],
    ['redis.register_function()', `${PREFIX}wrong number of arguments to redis.register_function`],
    [
      "redis.register_function('f')",
      `${PREFIX}calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments).`,
    ],
    [
      "redis.register_function('f', 5)",
      `${PREFIX}second argument to redis.register_function must be a function`,
    ],
    [
      'redis.register_function({}, redis.log)',
      `${PREFIX}first argument to redis.register_function must be a string`,
    ],
    ['redis.register_function{}', `${PREFIX}redis.register_function must get a function name argument`],
    [
      "redis.register_function{function_name = 'f'}",
      `${PREFIX}redis.register_function must get a callback argument`,
    ],
    [
      "redis.register_function{function_name = 'f', callback = redis.log, foo = 1}",
      `${PREFIX}unknown argument given to redis.register_function`,
    ],
    [
      "redis.register_function{function_name = 'f', callback = redis.log, flags = {'bad'}}",
      `${PREFIX}unknown flag given`,
    ],
    [
      "redis.register_function{function_name = 'f', callback = redis.log, flags = 'no-writes'}",
      `${PREFIX}flags argument to redis.register_function must be a table representing function flags`,
    ],
    ["redis.register_function('a-b', redis.log)", PREFIX.slice(0, -4) + BAD_NAME],
    [
      "redis.register_function('f', redis.log) redis.register_function('f', redis.log)",
      `${PREFIX}Function already exists in the library`,
    ],
  ];
  for (const [line, error] of registrations) {
    it(`tells what is wrong with ${line}`, () => refused(error, 'FUNCTION', 'LOAD', library('lib', line)));
  }
});

describeCommand('FCALL FCALL_RO', ({ call, refused }) => {
  beforeEach(() =>
    call(
      'FUNCTION',
      'LOAD',
      library(
        'lib',
        "redis.register_function('set', function(keys) return redis.call('SET', keys[1], 'v') end)",
        "redis.register_function{function_name = 'get', flags = {'no-writes'},",
        "  callback = function(keys) return redis.call('GET', keys[1]) end}",
        "redis.register_function{function_name = 'lies', flags = {'no-writes'},",
        "  callback = function(keys) return redis.call('SET', keys[1], 'v') end}",
        "redis.register_function('keys', function() return KEYS end)",
        "redis.register_function('again', function() redis.register_function('x', redis.log) end)",
      ),
    ),
  );
  afterEach(() => call('FUNCTION', 'FLUSH'));

  it('writes and reads', async () => {
    await call('FCALL', 'set', 1, 'k');
    assert.equal(await call('FCALL_RO', 'get', 1, 'k'), 'v');
  });

  it('refuses functions that may write to FCALL_RO', () =>
    refused('ERR Can not execute a script with write flag using *_ro command.', 'FCALL_RO', 'set', 1, 'k'));

  it('refuses writes of functions that said they would not', () =>
    refused(
      'ERR Write commands are not allowed from read-only scripts. script: lies, on @user_function:6.',
      'FCALL',
      'lies',
      1,
      'k',
    ));

  it('refuses bad key counts', async () => {
    await refused('ERR Bad number of keys provided', 'FCALL', 'get', 'x');
    await refused("ERR Number of keys can't be negative", 'FCALL', 'get', -1);
    await refused("ERR Number of keys can't be greater than number of args", 'FCALL', 'get', 2, 'k');
  });

  it('has neither KEYS nor redis.register_function', async () => {
    await refused(
      "ERR user_function:7: Script attempted to access nonexistent global variable 'KEYS' script: keys, on @user_function:7.",
      'FCALL',
      'keys',
      0,
    );
    await refused(
      "ERR user_function:8: attempt to call field 'register_function' (a nil value) script: again, on @user_function:8.",
      'FCALL',
      'again',
      0,
    );
  });
});

describeCommand('FUNCTION LIST', ({ call, refused, node }) => {
  const source = library(
    'mine',
    "redis.register_function{function_name = 'f', callback = redis.log, flags = {'no-writes'}, description = 'D'}",
  );
  beforeEach(() => call('FUNCTION', 'LOAD', source));
  afterEach(() => call('FUNCTION', 'FLUSH'));

  it('tells names, flags and descriptions, and the source when asked', async () => {
    const functions = [['name', 'f', 'description', 'D', 'flags', ['no-writes']]];
    const listed = ['library_name', 'mine', 'engine', 'LUA', 'functions', functions];
    assert.deepEqual(await call('FUNCTION', 'LIST'), [listed]);
    assert.deepEqual(await call('FUNCTION', 'LIST', 'WITHCODE', 'LIBRARYNAME', 'MI*'), [
      [...listed, 'library_code', source],
    ]);
    assert.deepEqual(await call('FUNCTION', 'LIST', 'LIBRARYNAME', 'other'), []);
    assert.ok((await node('FUNCTION', 'LIST')).items !== null);
  });

  it('refuses what it does not know', async () => {
    await refused('ERR Unknown argument x', 'FUNCTION', 'LIST', 'x');
    await refused('ERR library name argument was not given', 'FUNCTION', 'LIST', 'LIBRARYNAME');
  });

  it('is followed by what FUNCTION STATS counts', async () => {
    assert.deepEqual(await call('FUNCTION', 'STATS'), [
      'running_script',
      null,
      'engines',
      ['LUA', ['libraries_count', 1, 'functions_count', 1]],
    ]);
    assert.equal(await call('FUNCTION', 'DELETE', 'mine'), 'OK');
    await refused('ERR Library not found', 'FUNCTION', 'DELETE', 'mine');
  });
});

describeCommand('FUNCTION RESTORE', ({ call, refused, raw }) => {
  afterEach(() => call('FUNCTION', 'FLUSH'));

  /** The bytes, which are no text. */
  async function dump(): Promise<Buffer> {
    const reply = await raw('FUNCTION', 'DUMP');
    return reply.subarray(reply.indexOf('\r\n') + 2, -2);
  }

  it('brings back what FUNCTION DUMP took, as far as the policy lets it', async () => {
    await call('FUNCTION', 'LOAD', library('one', answering('f', '1')));
    const payload = await dump();
    await refused('ERR Library one already exists', 'FUNCTION', 'RESTORE', payload);
    await call('FUNCTION', 'LOAD', 'REPLACE', library('one', answering('f', '2')));
    await call('FUNCTION', 'RESTORE', payload, 'REPLACE');
    assert.equal(await call('FCALL', 'f', 0), 1);
    await call('FUNCTION', 'LOAD', library('two', answering('g', '2')));
    await call('FUNCTION', 'RESTORE', payload, 'FLUSH');
    await refused('ERR Function not found', 'FCALL', 'g', 0);
    await call('FUNCTION', 'DELETE', 'one');
    await call('FUNCTION', 'LOAD', library('other', answering('f', '3')));
    await refused('ERR Function f already exists', 'FUNCTION', 'RESTORE', payload, 'REPLACE');
    assert.equal(await call('FCALL', 'f', 0), 3);
  });

  it('packs sources in the dump as rdbcompression says', async () => {
    const source = library('one', answering('f', `'${'x'.repeat(500)}'`));
    await call('FUNCTION', 'LOAD', source);
    const packed = await dump();
    assert.ok(packed.length < 500, `${packed.length} bytes`);
    await call('FUNCTION', 'RESTORE', packed, 'FLUSH');
    assert.equal(await call('FCALL', 'f', 0), 'x'.repeat(500));
    await call('CONFIG', 'SET', 'rdbcompression', 'no');
    try {
      assert.ok((await dump()).includes(source));
    } finally {
      await call('CONFIG', 'SET', 'rdbcompression', 'yes');
    }
  });

  it('refuses what is no payload', async () => {
    await refused('ERR DUMP payload version or checksum are wrong', 'FUNCTION', 'RESTORE', 'bad');
    await call('SET', 'k', 'v');
    const reply = await raw('DUMP', 'k');
    const value = reply.subarray(reply.indexOf('\r\n') + 2, -2);
    await refused('ERR given type is not a function', 'FUNCTION', 'RESTORE', value);
    await refused(
      'ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.',
      'FUNCTION',
      'RESTORE',
      value,
      'x',
    );
  });
});

describeWithReference('FUNCTION DUMP beside redis-server', () => {
  describeCommand('FUNCTION DUMP', ({ call, raw }) => {
    it('is a payload that redis-server restores, and restores its', async () => {
      const reference = await startReference();
      const theirs = await reference.connect();
      try {
        await call('FUNCTION', 'LOAD', library('one', answering('f', `'${'x'.repeat(500)}'`)));
        const ours = await raw('FUNCTION', 'DUMP');
        await theirs.call('FUNCTION', 'RESTORE', ours.subarray(ours.indexOf('\r\n') + 2, -2));
        assert.equal(await theirs.call('FCALL', 'f', 0), 'x'.repeat(500));
        const payload = await theirs.raw('FUNCTION', 'DUMP');
        await call('FUNCTION', 'FLUSH');
        await call('FUNCTION', 'RESTORE', payload.subarray(payload.indexOf('\r\n') + 2, -2));
        assert.equal(await call('FCALL', 'f', 0), 'x'.repeat(500));
      } finally {
        await call('FUNCTION', 'FLUSH');
        await reference.stop();
      }
    });
  });
});
