/** Every command about the server. */
import type { Declaration } from '../define.js';
import { command } from './command.js';

export const serverCommands: readonly Declaration[] = [command];
