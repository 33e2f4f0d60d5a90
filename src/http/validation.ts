import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { FieldError } from '../commands/decision.js';
import { badFields } from './problem.js';

/** How deep a body may be nested. */
const MAXIMUM_DEPTH = 20;
const UNKNOWN = 'is not a field of this request';

/**
 * A body or query as an instance of its class, every field checked and unknown ones refused by name.
 * @throws Problem 400 with a JSON Pointer for each field that is wrong
 */
export function validated<Body extends object>(type: new () => Body, plain: unknown): Body {
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain))
    throw badFields([{ pointer: '', detail: 'must be a JSON object' }]);
  if (deeperThan(plain, MAXIMUM_DEPTH))
    throw badFields([{ pointer: '', detail: `is nested deeper than ${String(MAXIMUM_DEPTH)} levels` }]);
  const unread = unreadNames(plain, '');
  if (unread.length > 0) throw badFields(unread.map((pointer) => ({ pointer, detail: UNKNOWN })));
  const body = plainToInstance(type, plain);
  const errors = validateSync(body, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    validationError: { target: false },
  });
  if (errors.length > 0) throw badFields(errors.flatMap((error) => fieldErrors(error, '')));
  return body;
}

function fieldErrors(error: ValidationError, parent: string): FieldError[] {
  const pointer = `${parent}/${escaped(error.property)}`;
  const constraints = Object.entries(error.constraints ?? {});
  const unknown = constraints.some(([name]) => name === 'whitelistValidation');
  // Every validator of a field speaks where the value is missing; one sentence is enough.
  const own =
    constraints.length === 0
      ? []
      : [
          {
            pointer,
            detail: unknown
              ? UNKNOWN
              : error.value === undefined
                ? 'is missing'
                : (constraints.filter(([name]) => name !== 'nestedValidation').map(([, message]) => message)[0] ??
                  'is wrong'),
          },
        ];
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, pointer))];
}

/** A name as a part of a JSON Pointer (RFC 6901). */
export const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** JSON Pointers of what `plainToInstance` leaves out unseen: no field has such a name, and nobody would be told. */
const unreadNames = (value: object, parent: string): string[] =>
  Object.entries(value).flatMap(([name, child]: [string, unknown]) => {
    const pointer = `${parent}/${escaped(name)}`;
    if (name === '__proto__' || name === 'constructor') return [pointer];
    return typeof child === 'object' && child !== null ? unreadNames(child, pointer) : [];
  });

/** Looks level by level, so that no input can exhaust the stack. */
function deeperThan(value: object, maximum: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= maximum) return true;
    level = level.flatMap((one) =>
      Object.values(one as Record<string, unknown>).filter((child) => typeof child === 'object' && child !== null),
    );
  }
  return false;
}
