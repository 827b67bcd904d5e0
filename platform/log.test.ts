import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createLog } from './log.ts';

function capture() {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { log: createLog({ level: 'info', destination }), lines };
}

it('writes the event and its fields, and nothing below its level', () => {
  const { log, lines } = capture();
  log.debug('not.written');
  log.child({ part: 'bus' }).info('bus.opened', { topics: 3 });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', event: 'bus.opened', part: 'bus', topics: 3 });
});

it('hides personal fields down to two levels, in lists too', () => {
  const { log, lines } = capture();
  log.info('x', {
    idNumber: 'SECRET1',
    person: { name: 'SECRET2', id_number: 'SECRET3', ageYears: 7 },
    deep: { person: { phone: 'SECRET4', disability_cert: 'SECRET5' } },
    list: [{ address: 'SECRET6' }],
  });
  expect(lines[0]).not.toContain('SECRET');
  expect(lines[0]).toContain('"ageYears":7');
});

it('writes an error without the row it is about', () => {
  const { log, lines } = capture();
  const cause = Object.assign(new Error('invalid input "11010519491231002X"'), { code: '22007', detail: 'SECRET' });
  log.error('failed', { err: new Error('batch failed', { cause }) });
  expect(lines[0]).toContain('"code":"22007"');
  expect(lines[0]).not.toMatch(/SECRET|11010519491231002X/);
});
