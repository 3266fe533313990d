/** What is left of a large collection's contents at one moment, in whichever form its type has. */
import type { FrozenElements } from './frozen-elements.js';
import type { FrozenList } from './list/frozen-list.js';
import type { FrozenStream } from './stream/frozen-stream.js';

export type Frozen = FrozenElements | FrozenList | FrozenStream;
