import { EventEmitter, once } from 'node:events';
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createLifecycle } from './lifecycle.ts';
import { createLog } from './log.ts';

function start() {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()).event);
      done();
    },
  });
  const signals = new EventEmitter();
  const exits = new EventEmitter();
  const codes: number[] = [];
  const lifecycle = createLifecycle({
    log: createLog({ level: 'info', destination }),
    exit: (code) => {
      codes.push(code);
      exits.emit('exit', code);
    },
    on: (event, listener) => signals.on(event, listener as (...args: unknown[]) => void),
  });
  lifecycle.onSignals();
  return { lifecycle, signals, exits, codes, lines };
}

it('on SIGTERM aborts first, then ends the parts in reverse, one after the other, and exits 0', async () => {
  const { lifecycle, signals, exits } = start();
  const ended: string[] = [];
  lifecycle.signal.addEventListener('abort', () => ended.push('signal'));
  for (const name of ['postgres', 'clickhouse', 'http']) {
    lifecycle.add(name, async () => {
      await Promise.resolve();
      ended.push(name);
    });
  }
  signals.emit('SIGTERM');
  expect(await once(exits, 'exit')).toEqual([0]);
  expect(ended).toEqual(['signal', 'http', 'clickhouse', 'postgres']);
});

it('exits at once on a second signal', () => {
  const { lifecycle, signals, codes } = start();
  lifecycle.add('stuck', () => new Promise(() => undefined));
  signals.emit('SIGINT');
  expect(codes).toEqual([]);
  signals.emit('SIGINT');
  expect(codes).toEqual([130]);
});

it('goes on when one part fails to end, and says so in its exit code', async () => {
  const { lifecycle, signals, exits, lines } = start();
  let ended = false;
  lifecycle.add('first', async () => {
    ended = true;
  });
  lifecycle.add('broken', () => Promise.reject(new Error('no')));
  signals.emit('SIGTERM');
  expect(await once(exits, 'exit')).toEqual([1]);
  expect(ended).toBe(true);
  expect(lines).toContain('lifecycle.part-failed-to-stop');
});

it('ends what is started while it is stopping', async () => {
  const { lifecycle } = start();
  const ended: string[] = [];
  await lifecycle.stop('test');
  lifecycle.add('late', async () => {
    ended.push('late');
  });
  await lifecycle.stop('test');
  expect(ended).toEqual(['late']);
});

it('crashes with a log line on an error nobody caught', () => {
  const { signals, codes, lines } = start();
  signals.emit('unhandledRejection', new Error('broken invariant'));
  expect(codes).toEqual([1]);
  expect(lines).toEqual(['process.unhandled-rejection']);
});
