/**
 * The same function, remembering its answers. At `size` answers it forgets them all and begins again, so it never grows
 * without bound. Only for pure functions whose answers are never changed by those who get them.
 */
export function remembered<Value>(size: number, compute: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = compute(key);
    if (known.size >= size) known.clear();
    known.set(key, value);
    return value;
  };
}
