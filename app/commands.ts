import type { Writable } from 'node:stream';
import type { System } from './system.ts';

/** Where a command's output goes and where its relative paths begin; the caller's own when it is attached. */
export interface CommandContext {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly signal: AbortSignal;
}

/** A command that needs the engines. Returns the exit code. */
export type SystemCommand = (system: System, context: CommandContext) => Promise<number>;

/** A call that can't be understood: what was wrong and how it is called. Exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
