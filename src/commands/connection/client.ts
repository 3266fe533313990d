/** CLIENT: about this connection, and about all of them. */
import { defineContainer, defineHelp } from '../define.js';
import { clientId, clientInfo, clientKill, clientList } from './client-list.js';
import { clientNoEvict, clientNoTouch, clientReply } from './client-modes.js';
import { clientGetName, clientSetInfo, clientSetName } from './client-name.js';
import { clientPause, clientUnpause } from './client-pause.js';
import { clientUnblock } from './client-unblock.js';

const clientHelp = defineHelp('CLIENT', 'connection', '5.0.0', [
  'GETNAME',
  '    Return the name of this connection.',
  'ID',
  '    Return the id of this connection.',
  'INFO',
  '    Describe this connection as LIST does.',
  'KILL <ip:port>',
  '    Close the connection made from <ip:port>.',
  'KILL <option> <value> [<option> <value> [...]]',
  '    Close the connections that agree with every option:',
  '    * ID <client-id>',
  '    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)',
  '    * USER <username>',
  '    * ADDR <ip:port>, LADDR <ip:port>',
  '      The address of the client, and the one it connected to.',
  '    * SKIPME (YES|NO)',
  '      Whether to spare this connection; YES when absent.',
  'LIST [TYPE (NORMAL|MASTER|REPLICA|PUBSUB)] [ID <client-id> [...]]',
  '    Describe the connections, one on each line.',
  'NO-EVICT (ON|OFF)',
  '    Whether to spare this connection when clients take too much memory.',
  'NO-TOUCH (ON|OFF)',
  '    Whether reads of this connection count as uses of the keys.',
  'PAUSE <timeout> [WRITE|ALL]',
  '    Hold back all commands, or those that write, for <timeout> milliseconds.',
  'REPLY (ON|OFF|SKIP)',
  '    Whether to reply to this connection: always, never, or not to the next command.',
  'SETINFO (LIB-NAME|LIB-VER) <value>',
  "    Set the name or the version of this connection's library.",
  'SETNAME <name>',
  '    Set the name of this connection.',
  'UNBLOCK <client-id> [TIMEOUT|ERROR]',
  "    End a client's waiting as its timeout would, or with an error.",
  'UNPAUSE',
  '    End a pause.',
]);

export const client = defineContainer({
  name: 'CLIENT',
  summary: 'A container for commands about connections.',
  group: 'connection',
  since: '2.4.0',
  complexity: 'Depends on subcommand.',
  subcommands: [
    clientGetName,
    clientHelp,
    clientId,
    clientInfo,
    clientKill,
    clientList,
    clientNoEvict,
    clientNoTouch,
    clientPause,
    clientReply,
    clientSetInfo,
    clientSetName,
    clientUnblock,
    clientUnpause,
  ],
});
