/** The connections of a reactor by descriptor, lingering ones included: each descriptor has one at most. */
import { assert } from '../../src/base/assert.js';
import type { Connection } from './connection.js';

export class ConnectionTable {
  /** Without holes: a packed array is read without a look at its prototype. */
  readonly #byDescriptor: (Connection | null)[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** @returns null when the descriptor is no connection's */
  at(descriptor: number): Connection | null {
    return descriptor < this.#byDescriptor.length ? this.#byDescriptor[descriptor] : null;
  }

  add(connection: Connection): void {
    const table = this.#byDescriptor;
    while (table.length <= connection.descriptor) table.push(null);
    assert(table[connection.descriptor] === null, 'a descriptor has one connection');
    table[connection.descriptor] = connection;
    this.#count++;
  }

  remove(descriptor: number): void {
    this.#byDescriptor[descriptor] = null;
    this.#count--;
  }

  closeAll(now: boolean): void {
    for (const connection of this.#byDescriptor) connection?.close(now);
  }
}
