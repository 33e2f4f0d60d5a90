/** The admin key that servers under test are given. */
export const ADMIN_KEY = 'test-admin-key-0123456789-0123456789';

/** An answer over HTTP, as a client sees it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** What a request may carry besides its path. */
export interface RequestOptions {
  /** A role, or a whole `Bearer <key>`. */
  readonly as?: string | undefined;
  readonly body?: unknown;
  readonly raw?: string | Buffer<ArrayBuffer>;
  readonly type?: string;
  readonly headers?: Record<string, string>;
}

/** A client of a server that is told its address anew for each request, so that the server may be restarted. */
export class Client {
  readonly #keys = new Map<string, Promise<string>>([['admin', Promise.resolve(ADMIN_KEY)]]);

  constructor(private readonly url: () => string) {}

  /** The key of a role (`service-provider:DSP`, `scheduler+panel`), issued once, when first asked for. */
  keyOf(role: string): Promise<string> {
    const known = this.#keys.get(role);
    if (known !== undefined) return known;
    const issued = this.#issue(role);
    this.#keys.set(role, issued);
    issued.catch(() => this.#keys.delete(role));
    return issued;
  }

  async request(
    method: string,
    path: string,
    { as, body, raw, type, headers = {} }: RequestOptions = {},
  ): Promise<Answer> {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.url() + path, {
      method,
      headers: {
        ...(as === undefined
          ? {}
          : { authorization: `Bearer ${as.startsWith('Bearer ') ? as.slice(7) : await this.keyOf(as)}` }),
        ...(payload === undefined ? {} : { 'content-type': type ?? 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson && text !== '' ? JSON.parse(text) : {}) as Record<string, unknown>,
    };
  }

  async #issue(role: string): Promise<string> {
    const [roles = '', serviceProvider] = role.split(':');
    const issued = await this.request('POST', '/commands/IssueApiKey', {
      as: 'admin',
      body: { name: `test ${role}`, roles: roles.split('+'), ...(serviceProvider ? { serviceProvider } : {}) },
    });
    return String(issued.body.key);
  }
}
