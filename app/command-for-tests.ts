import { Writable } from 'node:stream';
import type { CommandContext } from './commands.ts';
import { explainError } from './explain-error.ts';

/** What a command said, its exit code, and the text of the error that ended it; '' where none did. */
interface Called {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
  readonly text: string;
}

/** Calls a command with a folder as its working directory, as the entry of the program would. */
export const callCommand = async (
  cwd: string,
  argv: readonly string[],
  command: (context: CommandContext) => Promise<number>,
): Promise<Called> => {
  const said = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') =>
    new Writable({
      decodeStrings: false,
      write(chunk, _, done) {
        said[name] += chunk;
        done();
      },
    });
  const { signal } = new AbortController();
  const ended = await command({ argv, cwd, stdout: into('stdout'), stderr: into('stderr'), signal }).then(
    (code) => ({ code, text: '' }),
    (error: unknown) => explainError(error),
  );
  return { ...said, ...ended };
};
