// The built server in a process of its own, and what is asked of it.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const ADMIN = 'bench-admin-key-0123456789-0123456789';
const run = promisify(execFile);

/** Runs one of the programs beside this file, or the command line, and gives what it printed. */
export async function program(args, env = {}) {
  const { stdout } = await run(process.execPath, args, {
    env: { ...process.env, ...env },
    maxBuffer: 1 << 26,
  });
  return stdout;
}

/** Runs one of the programs beside this file and gives its JSON. */
export const measured = async (name, argument, env = {}) =>
  JSON.parse(
    await program([new URL(name, import.meta.url).pathname, ...(argument ? [JSON.stringify(argument)] : [])], env),
  );

export class BenchServer {
  #child;

  constructor(env, port) {
    this.env = { ...env, PORT: String(port), ADMIN_API_KEY: ADMIN, LOG_LEVEL: 'silent' };
    this.url = `http://127.0.0.1:${port}`;
    this.keys = {};
  }

  /** Starts, and gives the milliseconds until it is ready. */
  async start() {
    const began = performance.now();
    this.#child = spawn(process.execPath, ['dist/main.js'], { stdio: 'inherit', env: { ...process.env, ...this.env } });
    for (;;) {
      if (this.#child.exitCode !== null) throw new Error('the server stopped at its start');
      try {
        if ((await fetch(`${this.url}/health/ready`)).ok) return performance.now() - began;
      } catch {
        // It does not listen yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async stop() {
    if (!this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill();
    await once(this.#child, 'exit');
  }

  /** Most memory that it has had. Bytes. */
  memory() {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)[1]) * 1024;
  }

  async ask(method, path, key, body) {
    const response = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Keys by role. */
  async issueKeys(...roles) {
    for (const role of roles)
      this.keys[role] = (await this.ask('POST', '/commands/IssueApiKey', ADMIN, { name: role, roles: [role] })).key;
  }
}
