/** Every command about the connection itself. */
import type { Declaration } from '../define.js';
import { echo, ping } from './ping.js';

export const connectionCommands: readonly Declaration[] = [ping, echo];
