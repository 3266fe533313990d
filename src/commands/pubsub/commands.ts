/** Every command of publish and subscribe. */
import { globMatches } from '../../base/glob.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { key, many, optional, pattern, string } from '../arguments.js';
import {
  type CommandDeclaration,
  type Declaration,
  defineCommand,
  defineContainer,
  defineHelp,
} from '../define.js';
import { FAST, LOADING, MAY_REPLICATE, NOSCRIPT, NOT_KEY, PUBSUB, STALE } from '../flags.js';
import type { ChannelKind } from '../services/pubsub.js';
import { wrongForm } from '../wrong-form.js';

const LISTENING = PUBSUB | NOSCRIPT | LOADING | STALE;

/** A client that may not block can't be pushed to either: it would take the message for a reply. */
const DENIED_IN_SCRIPT = (name: string) =>
  new ReplyError(`ERR ${name} isn't allowed for a DENY BLOCKING client`);

function subscribing(kind: ChannelKind, declaration: Omit<CommandDeclaration, 'run' | 'flags' | 'group'>) {
  const denied = DENIED_IN_SCRIPT(declaration.name.toUpperCase());
  return defineCommand({
    ...declaration,
    group: 'pubsub',
    flags: LISTENING,
    run(context, argv) {
      const { blocking, transactions, pubsub } = context.services;
      // In a transaction old clients expect it to work; everywhere else that can't block it is refused.
      if (!blocking.canBlock && !(kind !== 'shard' && transactions.isRunning())) throw denied;
      pubsub.subscribe(kind, argv, 1);
    },
  });
}

function unsubscribing(kind: ChannelKind, declaration: Omit<CommandDeclaration, 'run' | 'flags' | 'group'>) {
  return defineCommand({
    ...declaration,
    group: 'pubsub',
    flags: LISTENING,
    run(context, argv) {
      context.services.pubsub.unsubscribe(kind, argv, 1);
    },
  });
}

const subscribe = subscribing('channel', {
  name: 'SUBSCRIBE',
  summary: 'Listens for messages published to channels.',
  since: '2.0.0',
  complexity: 'O(N) where N is the number of channels to subscribe to.',
  args: [many(string('channel'))],
});

const psubscribe = subscribing('pattern', {
  name: 'PSUBSCRIBE',
  summary: 'Listens for messages published to channels that match one or more patterns.',
  since: '2.0.0',
  complexity: 'O(N) where N is the number of patterns to subscribe to.',
  args: [many(pattern('pattern'))],
});

const ssubscribe = subscribing('shard', {
  name: 'SSUBSCRIBE',
  summary: 'Listens for messages published to shard channels.',
  since: '7.0.0',
  complexity: 'O(N) where N is the number of shard channels to subscribe to.',
  args: [many(key('shardchannel', NOT_KEY))],
});

const unsubscribe = unsubscribing('channel', {
  name: 'UNSUBSCRIBE',
  summary: 'Stops listening to messages posted to channels.',
  since: '2.0.0',
  complexity: 'O(N) where N is the number of channels to unsubscribe.',
  args: [optional(many(string('channel')))],
});

const punsubscribe = unsubscribing('pattern', {
  name: 'PUNSUBSCRIBE',
  summary: 'Stops listening to messages published to channels that match one or more patterns.',
  since: '2.0.0',
  complexity: 'O(N) where N is the number of patterns to unsubscribe.',
  args: [optional(many(pattern('pattern')))],
});

const sunsubscribe = unsubscribing('shard', {
  name: 'SUNSUBSCRIBE',
  summary: 'Stops listening to messages posted to shard channels.',
  since: '7.0.0',
  complexity: 'O(N) where N is the number of shard channels to unsubscribe.',
  args: [optional(many(key('shardchannel', NOT_KEY)))],
});

const publish = defineCommand({
  name: 'PUBLISH',
  summary: 'Posts a message to a channel.',
  group: 'pubsub',
  since: '2.0.0',
  complexity:
    'O(N+M) where N is the number of clients subscribed to the receiving channel and M is the total number of subscribed patterns (by any client).',
  flags: PUBSUB | LOADING | STALE | FAST | MAY_REPLICATE,
  args: [string('channel'), string('message')],
  run(context, argv, reply) {
    context.services.propagation.forceToReplicas();
    reply.integer(context.services.pubsub.publish('channel', argv, 1, 2));
  },
});

const spublish = defineCommand({
  name: 'SPUBLISH',
  summary: 'Posts a message to a shard channel.',
  group: 'pubsub',
  since: '7.0.0',
  complexity: 'O(N) where N is the number of clients subscribed to the receiving shard channel.',
  flags: PUBSUB | LOADING | STALE | FAST | MAY_REPLICATE,
  args: [key('shardchannel', NOT_KEY), string('message')],
  run(context, argv, reply) {
    context.services.propagation.forceToReplicas();
    reply.integer(context.services.pubsub.publish('shard', argv, 1, 2));
  },
});

const INTROSPECTING = PUBSUB | LOADING | STALE;

type Introspection = Pick<CommandDeclaration, 'name' | 'summary' | 'since' | 'complexity'>;

/** Names channels that somebody listens to, those that match a pattern if one is given. */
function listing(kind: ChannelKind, declaration: Introspection): CommandDeclaration {
  return defineCommand({
    ...declaration,
    group: 'pubsub',
    flags: INTROSPECTING,
    args: [optional(pattern('pattern'))],
    run(context, argv, reply) {
      if (argv.count > 3) throw wrongForm(argv, 'PUBSUB');
      const { bytes, starts, ends } = argv;
      const mark = reply.beginDeferred();
      let count = 0;
      for (const name of context.services.pubsub.channels(kind)) {
        const channel = Buffer.from(name, 'latin1');
        if (argv.count > 2 && !globMatches(bytes, starts[2], ends[2], channel, 0, channel.length)) continue;
        reply.bulk(channel, 0, channel.length);
        count++;
      }
      reply.endDeferredArray(mark, count);
    },
  });
}

/** Tells of channels how many listen. */
function counting(kind: ChannelKind, argument: string, declaration: Introspection): CommandDeclaration {
  return defineCommand({
    ...declaration,
    group: 'pubsub',
    flags: INTROSPECTING,
    args: [optional(many(string(argument)))],
    run(context, argv, reply) {
      reply.array((argv.count - 2) * 2);
      for (let index = 2; index < argv.count; index++) {
        reply.bulk(argv.bytes, argv.starts[index], argv.ends[index]);
        reply.integer(context.services.pubsub.listenerCount(kind, argv.latin1(index)));
      }
    },
  });
}

const pubsub = defineContainer({
  name: 'PUBSUB',
  summary: 'A container for Pub/Sub commands.',
  group: 'pubsub',
  since: '2.8.0',
  complexity: 'Depends on subcommand.',
  subcommands: [
    listing('channel', {
      name: 'CHANNELS',
      summary: 'Returns the active channels.',
      since: '2.8.0',
      complexity:
        'O(N) where N is the number of active channels, and assuming constant time pattern matching (relatively short channels and patterns)',
    }),
    counting('channel', 'channel', {
      name: 'NUMSUB',
      summary: 'Returns a count of subscribers to channels.',
      since: '2.8.0',
      complexity: 'O(N) for the NUMSUB subcommand, where N is the number of requested channels',
    }),
    defineCommand({
      name: 'NUMPAT',
      summary: 'Returns a count of unique pattern subscriptions.',
      group: 'pubsub',
      since: '2.8.0',
      complexity: 'O(1)',
      flags: INTROSPECTING,
      args: [],
      run: (context, _argv, reply) => reply.integer(context.services.pubsub.patternCount()),
    }),
    listing('shard', {
      name: 'SHARDCHANNELS',
      summary: 'Returns the active shard channels.',
      since: '7.0.0',
      complexity:
        'O(N) where N is the number of active shard channels, and assuming constant time pattern matching (relatively short shard channels).',
    }),
    counting('shard', 'shardchannel', {
      name: 'SHARDNUMSUB',
      summary: 'Returns the count of subscribers of shard channels.',
      since: '7.0.0',
      complexity: 'O(N) for the SHARDNUMSUB subcommand, where N is the number of requested shard channels',
    }),
    defineHelp('PUBSUB', 'pubsub', '6.2.0', [
      'CHANNELS [<pattern>]',
      "    Return the currently active channels matching a <pattern> (default: '*').",
      'NUMPAT',
      '    Return number of subscriptions to patterns.',
      'NUMSUB [<channel> ...]',
      '    Return the number of subscribers for the specified channels, excluding',
      '    pattern subscriptions(default: no channels).',
      'SHARDCHANNELS [<pattern>]',
      "    Return the currently active shard level channels matching a <pattern> (default: '*').",
      'SHARDNUMSUB [<shardchannel> ...]',
      '    Return the number of subscribers for the specified shard level channel(s)',
    ]),
  ],
});

export const pubsubCommands: readonly Declaration[] = [
  subscribe,
  psubscribe,
  ssubscribe,
  unsubscribe,
  punsubscribe,
  sunsubscribe,
  publish,
  spublish,
  pubsub,
];
