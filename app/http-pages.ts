/** Touches the world: serves the built pages. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const NOT_BUILT =
  '页面尚未构建：请先运行 npm run build:web，再刷新本页。\nThe pages are not built yet: run `npm run build:web`.\n';

/** Names of built assets hold a hash of what is in them: they never change. Everything else is asked for each time. */
const cacheOf = (path: string): string =>
  /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';

/** Serves the files in `folder`. They may be built after the start. */
export const servePages = async (http: FastifyInstance, folder: string): Promise<void> => {
  await http.register(fastifyStatic, {
    root: folder,
    cacheControl: false,
    dotfiles: 'ignore',
    schemaHide: true,
    setHeaders: (response, path) => {
      response.header('cache-control', cacheOf(path));
    },
  });
};

/** Whether an address without a file of its own is one of the pages' own, which the browser's program shows. */
export const isPage = (request: FastifyRequest): boolean => {
  const path = request.url.split('?', 1)[0] as string;
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  return isReading && path !== '/api' && !path.startsWith('/api/') && !path.startsWith('/assets/');
};

export const sendPage = (reply: FastifyReply, folder: string) =>
  existsSync(join(folder, 'index.html'))
    ? reply.sendFile('index.html')
    : reply.code(503).type('text/plain; charset=utf-8').header('cache-control', 'no-store').send(NOT_BUILT);
