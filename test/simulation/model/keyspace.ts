/** Keys and values of the model: plain Maps, arrays and strings, and the time at which each key ends. */
export type Value =
  | { readonly type: 'string'; text: string }
  | { readonly type: 'list'; readonly elements: string[] }
  | { readonly type: 'hash'; readonly fields: Map<string, string> }
  | { readonly type: 'set'; readonly members: Set<string> }
  | { readonly type: 'zset'; readonly scores: Map<string, number> };

export type TypeName = Value['type'];

interface Slot {
  readonly value: Value;
  /** Wall clock; Infinity: never. It is there up to and including this millisecond. */
  endMs: number;
}

export class ModelKeyspace {
  nowMs = 0;
  /** Told of each key that comes to hold a list. */
  listCame: (key: string) => void = () => {};
  readonly #slots = new Map<string, Slot>();
  /** How often each key was changed: what WATCH compares. */
  readonly #changes = new Map<string, number>();

  get(key: string): Value | null {
    return this.#slot(key)?.value ?? null;
  }

  /** The value of a key that holds this type or nothing. @throws WrongType */
  of<T extends TypeName>(key: string, type: T): Extract<Value, { type: T }> | null {
    const value = this.get(key);
    if (value === null) return null;
    if (value.type !== type) throw new WrongType();
    return value as Extract<Value, { type: T }>;
  }

  /** Puts a value where there was none, or another. Whatever end the key had is gone. */
  put(key: string, value: Value, endMs = Number.POSITIVE_INFINITY): void {
    this.#slots.set(key, { value, endMs });
    this.changed(key);
    if (value.type === 'list') this.listCame(key);
  }

  changed(key: string): void {
    this.#changes.set(key, this.changesOf(key) + 1);
  }

  remove(key: string): boolean {
    if (this.#slot(key) === null) return false;
    this.#slots.delete(key);
    this.changed(key);
    return true;
  }

  endOf(key: string): number | null {
    return this.#slot(key)?.endMs ?? null;
  }

  setEnd(key: string, endMs: number): void {
    const slot = this.#slot(key);
    if (slot === null) return;
    slot.endMs = endMs;
    this.changed(key);
  }

  /** A key that ended since counts as changed. */
  changesOf(key: string): number {
    this.#slot(key);
    return this.#changes.get(key) ?? 0;
  }

  /** Removes every key whose time is over. */
  removeEnded(): void {
    for (const key of [...this.#slots.keys()]) this.#slot(key);
  }

  #slot(key: string): Slot | null {
    const slot = this.#slots.get(key);
    if (slot === undefined) return null;
    if (this.nowMs <= slot.endMs) return slot;
    this.#slots.delete(key);
    this.#changes.set(key, (this.#changes.get(key) ?? 0) + 1);
    return null;
  }
}

export class WrongType extends Error {}
