/** Touches the world: downloads - the quality note of a department, and what its data did as CSV. */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Actor, may, noteAudit, RouteProblem, scopeOf } from '../../access/index.ts';
import {
  type DataReturnQuery,
  dataReturnQuery,
  readDataReturn,
  readOrders,
  returnMonth,
} from '../../dashboards/queries/index.ts';
import { formatShanghai } from '../../platform/calendar.ts';
import type { RawRoute } from '../http.ts';
import type { System } from '../system.ts';
import { noteAsCsv, noteAsXlsx } from './formats.ts';
import { makeNote, noteFile, noteFormats, noteTypes } from './make.ts';
import { orderRows } from './orders.ts';
import { returnRows } from './return-rows.ts';

const noteParams = z.object({ department: z.string().max(64) });
const ordersQuery = z.object({
  state: z.enum(['open', 'closed']).default('open'),
  format: z.enum(noteFormats).default('xlsx'),
});
/** A file that somebody works through by hand; what is more than this is asked for again when these are done. */
const MOST_ORDERS = 5_000;
const noteQuery = z.object({ month: returnMonth, format: z.enum(noteFormats).default('xlsx') });

const noDepartment = () =>
  new RouteProblem(404, 'not_found', '没有这个部门的共享数据，或不是您所在的部门。请从部门列表中选择。');

/** Whoever made it stands in the log before it leaves. */
const logged = (
  system: System,
  actor: Actor,
  subject: string,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> =>
  system.postgres.transaction((tx) =>
    noteAudit(tx, {
      at: system.now(),
      actor: actor.id,
      role: actor.role,
      act: 'export',
      subject,
      reason: null,
      detail,
    }),
  );

const send = (reply: FastifyReply, type: string, name: string, bytes: Buffer): FastifyReply =>
  reply
    .header('content-type', type)
    .header(
      'content-disposition',
      `attachment; filename="${encodeURIComponent(name)}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    )
    .header('cache-control', 'no-store')
    .send(bytes);

const nameOf = async ({ postgres }: System, actor: Actor): Promise<string> => {
  const [user] = await postgres.query<{ name: string }>('select name from users where user_id = $1', [actor.id]);
  return user?.name ?? actor.id;
};

export const downloadRoutes = (system: System, isSynthetic: () => boolean): RawRoute[] => [
  {
    ...{ method: 'GET', url: '/api/correction-orders/file', act: 'see_duplicates' },
    summary: "Correction orders for the registry's keeper as a file",
    ...{ query: ordersQuery, produces: { type: noteTypes.xlsx, schema: z.string() } },
    serve: async (request, reply, { actor }) => {
      const { state, format } = request.query as z.infer<typeof ordersQuery>;
      const { postgres } = system;
      const told = await readOrders({ postgres, isSynthetic }, scopeOf(actor), { state, limit: MOST_ORDERS });
      await logged(system, actor, 'correction-orders', { state, format, rows: told.orders.length });
      const rows = orderRows(told, { by: await nameOf(system, actor), at: formatShanghai(system.now()) });
      const bytes = format === 'csv' ? Buffer.from(noteAsCsv(rows)) : await noteAsXlsx(rows, '更正单');
      return send(reply, noteTypes[format], `登记信息更正单.${format}`, bytes);
    },
  },
  {
    ...{ method: 'GET', url: '/api/quality-notes/:department', act: 'see_quality_note' },
    summary: "Quality note of a department's month as a file",
    ...{ params: noteParams, query: noteQuery, produces: { type: noteTypes.xlsx, schema: z.string() } },
    serve: async (request, reply, { actor }) => {
      const { department } = request.params as z.infer<typeof noteParams>;
      const { month, format } = request.query as z.infer<typeof noteQuery>;
      if (!may(actor, 'see_quality_note', { department }).allowed) throw noDepartment();
      const note = await makeNote(system, {
        department,
        month,
        by: await nameOf(system, actor),
        synthetic: isSynthetic(),
      });
      if (note === null) throw noDepartment();
      await logged(system, actor, 'quality-note', { department, month, format });
      return send(
        reply,
        noteTypes[format],
        `${note.department}-${month}-数据质量通报.${format}`,
        await noteFile(note, format),
      );
    },
  },
  {
    ...{ method: 'GET', url: '/api/data-return.csv', act: 'see_data_return' },
    summary: "What a department's data did, by month, as CSV",
    ...{ query: dataReturnQuery, produces: { type: 'text/csv', schema: z.string() } },
    serve: async (request, reply, { actor }) => {
      const query = request.query as DataReturnQuery;
      const deps = { ...system, isSynthetic };
      const told = await readDataReturn(deps, actor, query, system.now());
      await logged(system, actor, 'data-return', { department: told.department, months: told.months.length });
      const rows = returnRows(told, { by: await nameOf(system, actor), at: system.now() });
      return send(reply, noteTypes.csv, `${told.title}-数据使用情况.csv`, Buffer.from(noteAsCsv(rows)));
    },
  },
];
