import { table, type Table, type Tables } from '../event-store/tables.js';

/** Figures that can be added up. */
export type Figures<F> = { readonly [Name in keyof F]: number };

/** A table whose rows are sums of figures. A row in which all are zero is not kept. */
export interface SumTable<F extends Figures<F>> extends Table<F> {
  readonly zero: F;
}

/** What one thing (a window, a change) adds to one row of a table of sums; what it leaves out is zero. */
export interface Share<F extends Figures<F>> {
  readonly key: string;
  readonly figures: Partial<F>;
}

/** Names a table of sums and its figures. */
export const sumTable = <F extends Figures<F>>(name: string, zero: F): SumTable<F> => ({ ...table<F>(name), zero });

/** Figures added up, one by one; none are zero. */
export function added<F extends Figures<F>>({ zero }: Pick<SumTable<F>, 'zero'>, all: Iterable<Partial<F>>): F {
  let sum = zero;
  for (const one of all) sum = plus(sum, one, 1);
  return sum;
}

/**
 * Takes what a thing added before out of the sums, and puts in what it adds now. What a thing adds depends on nothing but
 * how it stands, so no order of facts can leave a sum wrong.
 */
export function restate<F extends Figures<F>>(
  tables: Tables,
  sums: SumTable<F>,
  before: readonly Share<F>[],
  now: readonly Share<F>[],
): void {
  const differences = new Map<string, F>();
  const note = (shares: readonly Share<F>[], sign: 1 | -1): void => {
    for (const { key, figures } of shares) differences.set(key, plus(differences.get(key) ?? sums.zero, figures, sign));
  };
  note(before, -1);
  note(now, 1);
  for (const [key, difference] of differences) {
    if (isZero(difference)) continue;
    const sum = plus(tables.get(sums, key) ?? sums.zero, difference, 1);
    if (isZero(sum)) tables.delete(sums, key);
    else tables.put<F>(sums, key, sum);
  }
}

const plus = <F extends Figures<F>>(sum: F, more: Partial<F>, sign: 1 | -1): F => {
  const result: Record<string, number> = { ...sum };
  for (const [name, value] of Object.entries<number | undefined>(more))
    result[name] = (result[name] ?? 0) + sign * (value ?? 0);
  return result as F;
};

const isZero = <F extends Figures<F>>(figures: F): boolean =>
  Object.values<number>(figures).every((value) => value === 0);
