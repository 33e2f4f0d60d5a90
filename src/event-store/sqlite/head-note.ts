import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import type { LogRecord } from '../event-store.js';

/** Where the log had come to: position and hash of a record. */
export type Head = Pick<LogRecord, 'position' | 'hash'>;

/** Digits that a position may have, so that every note is as long as the one that it is written over. */
const DIGITS = 16;
const NOTE = /^(\d{16}) ([0-9a-f]{64})\n/;
const NOTE_BYTES = DIGITS + 66;

/** The file of the note about a log's file. */
export const headNoteOf = (logFile: string): string => `${logFile}-head`;

/**
 * Notes beside the log how far it has come, so that a log which lost its newest records (a write-ahead log deleted, cut
 * off or damaged after a crash, an older copy put in place) is told from one that never had them. It is written after
 * each commit and not waited for: after a power cut the note may be behind the log, never ahead of it.
 */
export class HeadNote {
  #descriptor: number | undefined;

  /** @throws Error where the file can be neither opened nor made */
  constructor(logFile: string) {
    this.#descriptor = openSync(headNoteOf(logFile), constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  /** What was noted; undefined where there is nothing, or nothing that can be read: then nothing can be said. */
  read(): Head | undefined {
    const bytes = Buffer.alloc(NOTE_BYTES);
    if (this.#descriptor !== undefined) readSync(this.#descriptor, bytes, 0, NOTE_BYTES, 0);
    const [, position, hash] = NOTE.exec(bytes.toString('latin1')) ?? [];
    return position === undefined || hash === undefined ? undefined : { position: Number(position), hash };
  }

  /** Notes that the log has come to this record. */
  write({ position, hash }: Head): void {
    if (this.#descriptor === undefined) return;
    try {
      writeSync(this.#descriptor, `${String(position).padStart(DIGITS, '0')} ${hash}\n`, 0, 'latin1');
    } catch {
      // An older note holds as well: it says less.
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
