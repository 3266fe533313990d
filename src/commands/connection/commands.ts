/** Every command about the connection itself. */
import type { Declaration } from '../define.js';
import { auth } from './authenticate.js';
import { client } from './client.js';
import { hello } from './hello.js';
import { quit, reset } from './leave.js';
import { echo, ping } from './ping.js';
import { select } from './select.js';

export const connectionCommands: readonly Declaration[] = [
  auth,
  client,
  echo,
  hello,
  ping,
  quit,
  reset,
  select,
];
