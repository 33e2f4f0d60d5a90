import { Problem } from './problem.js';

/** The routes that there are, to tell an unknown address from a method that a known one does not have. */
export class KnownRoutes {
  readonly #methods = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();

  /** @param url as routes are declared: `/months/:month`, `/docs/*` */
  add(method: string | readonly string[], url: string): void {
    const escaped = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
    const source = escaped.replace(/:\w+/g, '[^/]+').replace(/\*/g, '.*');
    const known = this.#methods.get(url) ?? { pattern: new RegExp(`^${source}$`), methods: new Set<string>() };
    for (const one of [method].flat()) known.methods.add(one);
    this.#methods.set(url, known);
  }

  /**
   * What an address without a route for the method comes to: it is known under other methods, or not at all.
   * @throws Problem 405 naming the methods that there are
   */
  refuseOtherMethods(method: string, address: string): void {
    const [path = ''] = address.split('?');
    const methods = [...this.#methods.values()].flatMap((known) =>
      known.pattern.test(path) ? [...known.methods] : [],
    );
    if (methods.length === 0) return;
    const allow = [...new Set(methods)].sort().join(', ');
    throw new Problem(405, 'method-not-allowed', `${method} is not for ${path}: use ${allow}`, {}, { allow });
  }
}
