/** Client-side caching: CLIENT TRACKING, CACHING, TRACKINGINFO, GETREDIR. */
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, manyWithToken, oneOf, optional, string, token, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { LOADING, NOSCRIPT, STALE } from '../flags.js';
import type { TrackingOptions, TrackingState } from '../services/tracking.js';

const REDIRECTED_TWICE = new ReplyError('ERR A client can only redirect to a single other client');
const NO_SUCH_CLIENT = new ReplyError('ERR The client ID you want redirect to does not exist');
const PREFIX_WITHOUT_BCAST = new ReplyError('ERR PREFIX option requires BCAST mode to be enabled');
const BCAST_SWITCHED = new ReplyError(
  "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode.",
);
const BCAST_WITH_OPT = new ReplyError('ERR OPTIN and OPTOUT are not compatible with BCAST');
const OPTIN_AND_OPTOUT = new ReplyError("ERR You can't specify both OPTIN mode and OPTOUT mode");
const OPT_SWITCHED = new ReplyError(
  "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a different mode.",
);
const NOT_CACHING = new ReplyError(
  'ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled',
);
const YES_WITHOUT_OPTIN = new ReplyError(
  'ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.',
);
const NO_WITHOUT_OPTOUT = new ReplyError(
  'ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.',
);

const NOT_TRACKED_REDIRECT = -1;

function parse(context: Context, argv: Argv): TrackingOptions {
  let redirect = 0;
  let [broadcasts, optIn, optOut, skipsOwn] = [false, false, false, false];
  const prefixes: string[] = [];
  for (let index = 3; index < argv.count; index++) {
    const isLast = index + 1 === argv.count;
    if (argv.is(index, 'REDIRECT') && !isLast) {
      if (redirect !== 0) throw REDIRECTED_TWICE;
      redirect = argv.integer(++index);
      if (!context.services.clients.isConnected(redirect)) throw NO_SUCH_CLIENT;
    } else if (argv.is(index, 'PREFIX') && !isLast) prefixes.push(argv.latin1(++index));
    else if (argv.is(index, 'BCAST')) broadcasts = true;
    else if (argv.is(index, 'OPTIN')) optIn = true;
    else if (argv.is(index, 'OPTOUT')) optOut = true;
    else if (argv.is(index, 'NOLOOP')) skipsOwn = true;
    else throw SYNTAX_ERROR;
  }
  return { redirect, broadcasts, prefixes, optIn, optOut, skipsOwn };
}

/** Whether one is the beginning of the other. */
const overlaps = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

function checkPrefixes(existing: readonly string[], added: readonly string[]): void {
  for (const [index, prefix] of added.entries()) {
    const old = existing.find((other) => overlaps(prefix, other));
    const again = added.slice(index + 1).find((other) => overlaps(prefix, other));
    if (old === undefined && again === undefined) continue;
    const other = old === undefined ? `another provided prefix '${again}'` : `an existing prefix '${old}'`;
    throw new ReplyError(
      `ERR Prefix '${prefix}' overlaps with ${other}. Prefixes for a single client must not overlap.`,
    );
  }
}

/** Whether the options go together, and with how the client is tracked already. */
function check(options: TrackingOptions, state: TrackingState | null): void {
  const { broadcasts, optIn, optOut, prefixes } = options;
  if (!broadcasts && prefixes.length > 0) throw PREFIX_WITHOUT_BCAST;
  if (state !== null && state.broadcasts !== broadcasts) throw BCAST_SWITCHED;
  if (broadcasts && (optIn || optOut)) throw BCAST_WITH_OPT;
  if (optIn && optOut) throw OPTIN_AND_OPTOUT;
  if ((optIn && state?.optOut) || (optOut && state?.optIn)) throw OPT_SWITCHED;
  if (broadcasts) checkPrefixes(state?.prefixes ?? [], prefixes);
}

export const clientTracking = defineCommand({
  name: 'TRACKING',
  summary: 'Turns client-side caching on or off for the connection.',
  group: 'connection',
  since: '6.0.0',
  complexity: 'O(1). Some options may introduce additional complexity.',
  flags: NOSCRIPT | LOADING | STALE,
  args: [
    oneOf('status', token('ON'), token('OFF')),
    optional(withToken('REDIRECT', integer('client-id'))),
    optional(manyWithToken('PREFIX', string('prefix'))),
    optional(token('BCAST')),
    optional(token('OPTIN')),
    optional(token('OPTOUT')),
    optional(token('NOLOOP')),
  ],
  run(context, argv, reply) {
    const { client, services } = context;
    const options = parse(context, argv);
    if (argv.is(2, 'ON')) {
      check(options, services.tracking.stateOf(client));
      services.tracking.start(client, options);
    } else if (argv.is(2, 'OFF')) {
      services.tracking.stop(client);
    } else {
      throw SYNTAX_ERROR;
    }
    reply.ok();
  },
});

export const clientCaching = defineCommand({
  name: 'CACHING',
  summary: 'Tells whether the keys of the next command are to be tracked.',
  group: 'connection',
  since: '6.0.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE,
  args: [oneOf('mode', token('YES'), token('NO'))],
  run(context, argv, reply) {
    const { client, services } = context;
    const state = services.tracking.stateOf(client);
    if (state === null) throw NOT_CACHING;
    if (argv.is(2, 'YES')) {
      if (!state.optIn) throw YES_WITHOUT_OPTIN;
    } else if (argv.is(2, 'NO')) {
      if (!state.optOut) throw NO_WITHOUT_OPTOUT;
    } else {
      throw SYNTAX_ERROR;
    }
    services.tracking.setCaching(client);
    reply.ok();
  },
});

export const clientGetRedir = defineCommand({
  name: 'GETREDIR',
  summary: "Returns the client that gets the connection's tracking messages.",
  group: 'connection',
  since: '6.0.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE,
  args: [],
  run({ client, services }, _argv, reply) {
    reply.integer(services.tracking.stateOf(client)?.redirect ?? NOT_TRACKED_REDIRECT);
  },
});

function flagsOf(state: TrackingState | null): string[] {
  if (state === null) return ['off'];
  const flags = ['on'];
  if (state.broadcasts) flags.push('bcast');
  if (state.optIn) flags.push('optin');
  if (state.optIn && state.isCachingSet) flags.push('caching-yes');
  if (state.optOut) flags.push('optout');
  if (state.optOut && state.isCachingSet) flags.push('caching-no');
  if (state.skipsOwn) flags.push('noloop');
  if (state.isRedirectBroken) flags.push('broken_redirect');
  return flags;
}

export const clientTrackingInfo = defineCommand({
  name: 'TRACKINGINFO',
  summary: 'Describes the client-side caching of the connection.',
  group: 'connection',
  since: '6.2.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE,
  args: [],
  run({ client, services }, _argv, reply) {
    const state = services.tracking.stateOf(client);
    const flags = flagsOf(state);
    const prefixes = state?.prefixes ?? [];
    reply.map(3);
    reply.bulkLatin1('flags');
    reply.set(flags.length);
    for (const flag of flags) reply.bulkLatin1(flag);
    reply.bulkLatin1('redirect');
    reply.integer(state?.redirect ?? NOT_TRACKED_REDIRECT);
    reply.bulkLatin1('prefixes');
    reply.array(prefixes.length);
    for (const prefix of prefixes) reply.bulkLatin1(prefix);
  },
});
