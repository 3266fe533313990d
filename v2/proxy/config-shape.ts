/**
 * Reads values out of JSON by their shape, and says of each that is wrong where it is and what was expected:
 * `Apps[0].Ports[1]: 70000 is not a whole number from 0 to 65535`. All mistakes are found in one go. A schema library would
 * bring a hundred times the code for four shapes.
 */

/** Where a mistake is found something of the right type is returned, which nobody uses. */
export type Shape<T> = (value: unknown, path: string, mistakes: string[]) => T;

export function integer(low: number, high: number): Shape<number> {
  return (value, path, mistakes) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value;
    mistakes.push(`${path}: ${show(value)} is not a whole number from ${low} to ${high}`);
    return low;
  };
}

export const flag: Shape<boolean> = (value, path, mistakes) => {
  if (typeof value !== 'boolean') mistakes.push(`${path}: ${show(value)} is neither true nor false`);
  return value === true;
};

export const text: Shape<string> = (value, path, mistakes) => {
  if (typeof value === 'string' && value !== '') return value;
  mistakes.push(`${path}: ${show(value)} is not a non-empty string`);
  return '';
};

export function list<T>(item: Shape<T>): Shape<T[]> {
  return (value, path, mistakes) => {
    if (Array.isArray(value) && value.length > 0) {
      return value.map((element, index) => item(element, `${path}[${index}]`, mistakes));
    }
    mistakes.push(`${path}: ${show(value)} is not a non-empty list`);
    return [];
  };
}

/** A field may be left out when it has a value for that case. */
export interface Field<T> {
  readonly shape: Shape<T>;
  readonly otherwise?: T;
}

type Fields<T> = { readonly [Name in keyof T & string]: Field<T[Name]> };

export function record<T extends object>(fields: Fields<T>): Shape<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return (value, path, mistakes) => {
    const result: Partial<T> = {};
    const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isRecord) mistakes.push(`${path || 'the configuration'}: ${show(value)} is not an object`);
    const given = new Map<string, unknown>(isRecord ? Object.entries(value) : []);
    const prefix = path === '' ? '' : `${path}.`;
    for (const name of names) {
      const { shape, otherwise } = fields[name];
      if (given.has(name)) result[name] = shape(given.get(name), `${prefix}${name}`, mistakes);
      else if (otherwise !== undefined) result[name] = otherwise;
      else if (isRecord) mistakes.push(`${prefix}${name}: missing`);
    }
    for (const name of given.keys()) {
      if (!Object.hasOwn(fields, name)) {
        mistakes.push(`${prefix}${name}: unknown; known are ${names.join(', ')}`);
      }
    }
    return result as T;
  };
}

const SHOWN_CHARACTERS_MAX = 40;

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value);
  return json.length > SHOWN_CHARACTERS_MAX ? `${json.slice(0, SHOWN_CHARACTERS_MAX)}…` : json;
}
