/**
 * What a promise settles to, if it does so within some milliseconds; what comes later is nobody's concern any more.
 * @param milliseconds may be infinite
 * @throws what `late` makes, if it does not
 */
export async function settledWithin<Result>(
  milliseconds: number,
  promise: Promise<Result>,
  late: () => Error,
): Promise<Result> {
  if (milliseconds === Infinity) return promise;
  const isLate = Promise.withResolvers<never>();
  const timer = setTimeout(() => isLate.reject(late()), Math.max(0, milliseconds));
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, isLate.promise]);
  } finally {
    clearTimeout(timer);
  }
}
