/**
 * Counts of 64 bits with a sign, exact: clients may set a stream's counters to whatever 64 bits hold. A count is a
 * Number while that is exact, as it always is but in tests of the edges, and a BigInt beyond; it has one form only,
 * so `===` compares. Arithmetic wraps as the processor's does.
 */
export type WideCount = number | bigint;

export function wideCountOf(value: bigint): WideCount {
  const wrapped = BigInt.asIntN(64, value);
  const number = Number(wrapped);
  return Number.isSafeInteger(number) ? number : wrapped;
}

export function add(count: WideCount, other: WideCount): WideCount {
  if (typeof count === 'number' && typeof other === 'number') {
    const sum = count + other;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return wideCountOf(BigInt(count) + BigInt(other));
}

export function subtract(count: WideCount, other: WideCount): WideCount {
  if (typeof count === 'number' && typeof other === 'number') {
    const difference = count - other;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return wideCountOf(BigInt(count) - BigInt(other));
}
