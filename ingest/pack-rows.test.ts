import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rejectReasons } from './contract.ts';
import { createRowPacker, transferable, unpackRows } from './pack-rows.ts';
import type { TakenRow } from './read-feed.ts';

const whole = fc.integer({ min: -1_000_000, max: 2 ** 50 });
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const at = fc.record({ line: fc.nat(), offset: fc.nat() });

const record = fc.record({
  feed: fc.constant('health'),
  recordId: text,
  version: fc.integer({ min: 1, max: 2 ** 52 - 1 }),
  op: fc.constantFrom('upsert' as const, 'delete' as const),
  identity: fc.record({
    ...{ name: text, idNumber: text, phone: text, address: text, disabilityCert: text, regionCode: text },
    birthDate: fc.option(whole),
  }),
  fact: fc.option(
    fc.record({
      kind: fc.constantFrom('health.death', 'health.major_illness', 'a', 'b'),
      ...{ day: whole, month: whole, amount: whole, amountB: whole, category: whole, grade: whole, water: whole },
    }),
  ),
  countedMonth: fc.option(whole),
  content: whole,
  key: whole,
});

const row: fc.Arbitrary<TakenRow> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('record' as const), record, at }) },
  fc.record({
    kind: fc.constant('completion' as const),
    completion: fc.record({
      ...{ feed: fc.constant('health'), regionPrefix: text, month: whole },
      records: fc.option(fc.nat()),
    }),
    at,
  }),
  fc.record({
    kind: fc.constant('rejected' as const),
    rejection: fc.record({ reason: fc.constantFrom(...rejectReasons), field: fc.option(text) }),
    at,
    raw: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    declaration: fc.boolean(),
  }),
);

it('gives the rows back that were packed, in their order, also after they went to another thread', () => {
  const packer = createRowPacker('health');
  fc.assert(
    // What was packed before leaves nothing behind.
    fc.property(fc.array(fc.array(row, { maxLength: 30 }), { maxLength: 4 }), at, (chunks, next) => {
      for (const rows of chunks) packer.add(rows);
      expect(packer.count).toBe(chunks.flat().length);
      const batch = { rows: packer.take(), next };
      const sent = structuredClone(batch, { transfer: transferable(batch.rows) });
      expect(sent.next).toEqual(next);
      const unpacked = unpackRows(sent.rows);
      expect(unpacked.length).toBe(chunks.flat().length);
      expect([...unpacked]).toEqual(chunks.flat());
      expect([...unpacked], 'a second time').toEqual(chunks.flat());
      expect([...(unpacked.completions?.() ?? [])]).toEqual(
        chunks.flat().flatMap((each) => (each.kind === 'completion' ? [each.completion] : [])),
      );
      expect([...(unpacked.recordKeys?.() ?? [])]).toEqual(
        chunks.flat().flatMap((one) => (one.kind === 'record' ? [one.record.key] : [])),
      );
    }),
  );
});
