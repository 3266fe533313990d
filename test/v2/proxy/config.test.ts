/** What a configuration may say, and how it is told what is wrong. */
import assert from 'node:assert/strict';
import { ConfigMistakes, parseConfig, parseTarget } from '../../../v2/proxy/config.js';

const app = { Name: 'cache', Ports: [5001], Targets: ['127.0.0.1:6379'] };

describe("the proxy's configuration", () => {
  it('needs apps with names, ports and targets, and has the rest by itself', () => {
    assert.deepEqual(parseConfig(JSON.stringify({ Apps: [app] })), {
      Apps: [
        {
          ...app,
          Host: '0.0.0.0',
          SendProxy: false,
          ConnectTimeoutMs: 3000,
          IdleTimeoutMs: 3_600_000,
          HealthIntervalMs: 2000,
          HealthSend: '',
          HealthExpect: '',
        },
      ],
      DrainTimeoutMs: 10_000,
    });
  });

  const wrong: readonly [title: string, config: unknown, mistakes: string[]][] = [
    ['an array', [], ['the configuration: [] is not an object']],
    ['nothing', {}, ['Apps: missing']],
    ['no apps', { Apps: [] }, ['Apps: [] is not a non-empty list']],
    ['an app that is none', { Apps: [7] }, ['Apps[0]: 7 is not an object']],
    [
      'an empty app',
      { Apps: [app, {}] },
      ['Apps[1].Name: missing', 'Apps[1].Ports: missing', 'Apps[1].Targets: missing'],
    ],
    [
      'several mistakes',
      { Apps: [{ ...app, Ports: [80, 70_000, '81', 1.5], SendProxy: 'yes' }], Drain: 1 },
      [
        'Apps[0].Ports[1]: 70000 is not a whole number from 0 to 65535',
        'Apps[0].Ports[2]: "81" is not a whole number from 0 to 65535',
        'Apps[0].Ports[3]: 1.5 is not a whole number from 0 to 65535',
        'Apps[0].SendProxy: "yes" is neither true nor false',
        'Drain: unknown; known are Apps, DrainTimeoutMs',
      ],
    ],
    [
      'a target without a port',
      { Apps: [{ ...app, Targets: ['localhost'] }] },
      ['Apps[0].Targets[0]: "localhost" is not a target such as 127.0.0.1:6379 or [::1]:6379'],
    ],
    [
      'an inherited name',
      { Apps: [{ ...app, constructor: 1 }] },
      [
        'Apps[0].constructor: unknown; known are Name, Ports, Targets, Host, SendProxy, ConnectTimeoutMs, ' +
          'IdleTimeoutMs, HealthIntervalMs, HealthSend, HealthExpect',
      ],
    ],
    [
      'a question without a reply',
      { Apps: [{ ...app, HealthSend: 'PING\r\n' }] },
      ['Apps[0].HealthExpect: missing'],
    ],
    [
      'repetitions',
      {
        Apps: [
          { ...app, Targets: ['a:1', 'a:1'] },
          { ...app, Ports: [5001, 0, 0] },
        ],
      },
      [
        'Apps[0].Targets[1]: "a:1" is Apps[0].Targets[0] already',
        'Apps[1].Name: "cache" is Apps[0].Name already',
        'Apps[1].Ports[0]: 5001 is Apps[0].Ports[0] already',
      ],
    ],
  ];
  for (const [title, config, mistakes] of wrong) {
    it(`is refused with the path of each mistake: ${title}`, () => {
      assert.throws(
        () => parseConfig(JSON.stringify(config)),
        (error: unknown) => {
          assert.ok(error instanceof ConfigMistakes);
          assert.deepEqual(error.mistakes, mistakes);
          return true;
        },
      );
    });
  }

  it('is refused with line and column where it is no JSON', () => {
    const texts: readonly [json: string, where: RegExp][] = [
      ['{\n  "Apps": [,]\n}', /^not JSON: line 2, column 12: Unexpected token ','/],
      ['{\n  "Apps": [{ "Name" "cache" }]\n}', /^not JSON: line 2, column 21: Expected ':'/],
      ['{\n  "Apps": tru\n}', /^not JSON: line 2, column 14: /],
      ['{ "Apps": [] }\n}', /^not JSON: line 2, column 1: /],
      ['', /^not JSON: line 1, column 1: Unexpected end/],
    ];
    for (const [json, where] of texts) {
      assert.throws(
        () => parseConfig(json),
        ({ message }: Error) => {
          assert.match(message, where);
          return true;
        },
      );
    }
  });

  it('knows what a target is', () => {
    assert.deepEqual(parseTarget('127.0.0.1:6379'), { host: '127.0.0.1', port: 6379 });
    assert.deepEqual(parseTarget('[::1]:6379'), { host: '::1', port: 6379 });
    assert.deepEqual(parseTarget('cache.example:1'), { host: 'cache.example', port: 1 });
    for (const text of ['', ':1', 'a', 'a:', 'a:0', 'a:65536', '::1:80', '[::1]', 'a b:1', 'a:1:2']) {
      assert.equal(parseTarget(text), null, text);
    }
  });
});
