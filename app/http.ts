/** Touches the world: the HTTP face. Every address states an act; who may is asked before anything else is read. */
import fastifyCookie from '@fastify/cookie';
import fastifySwagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { jsonSchemaTransform, serializerCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  type Act,
  type Actor,
  act as anyAct,
  isOpen,
  may,
  problem,
  type Route,
  RouteProblem,
  type RouteRequest,
  SESSION_COOKIE,
} from '../access/index.ts';
import type { Log } from '../platform/log.ts';
import { type MachineDeps, serveMachines, TOKEN_SCHEME } from './http-machine.ts';
import { isPage, sendPage, servePages } from './http-pages.ts';
import { BadRequest, failureOf, notFound, parsePart } from './http-problems.ts';
import { cookieFlags, foreignRequest, setSecurityHeaders } from './http-security.ts';

/** An address that writes its answer itself, such as a stream of events. */
export interface RawRoute {
  readonly method: 'GET';
  readonly url: string;
  readonly act: Act;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodType;
  /** Media type of the answer, and what it is made of. */
  readonly produces: { readonly type: string; readonly schema: z.ZodType };
  readonly serve: (request: FastifyRequest, reply: FastifyReply, caller: RawCaller) => Promise<unknown>;
  /** Ends what is still being answered, before the server closes. */
  readonly close?: () => Promise<void>;
}

export interface RawCaller {
  readonly actor: Actor;
  /** Whether the session still holds; asking does not prolong it. A stream asks now and then, and ends when it doesn't. */
  readonly stillSignedIn: () => Promise<boolean>;
}

export interface HttpDeps extends Pick<MachineDeps, 'machineRoutes' | 'findMachine'> {
  readonly routes: readonly Route[];
  readonly rawRoutes: readonly RawRoute[];
  /** Who comes with this cookie, or null. `prolong` says that the person is doing something. */
  readonly findActor: (cookie: string, now: Date, options: { prolong: boolean }) => Promise<Actor | null>;
  readonly now: () => Date;
  readonly log: Log;
  /** Folder of the built pages. */
  readonly pages: string;
}

const signInRequired = () => new RouteProblem(401, 'sign_in_required', '请先登录；登录已过期的，请重新登录。');
const forbidden = () => new RouteProblem(403, 'forbidden', '您的角色没有这项权限，如需办理请联系管理员。');
const foreign = {
  origin: () => new RouteProblem(403, 'foreign_origin', '请求来自其他网站，已拒绝；请在本系统页面内操作。'),
  content_type: () => new BadRequest(['content-type：须为 application/json']),
} as const;

/** A route of an open act is called without an actor; one that asks for it all the same is a mistake of ours. */
const actorOf = (actor: Actor | undefined): Actor => {
  if (actor === undefined) throw new Error('a route that needs no session has no actor');
  return actor;
};

const schemaOf = ({ summary, params, query, body, reply, replies }: Route) => ({
  summary,
  ...(params === undefined ? {} : { params }),
  ...(query === undefined ? {} : { querystring: query }),
  ...(body === undefined ? {} : { body }),
  response: { ...(reply === null ? { 204: z.null().describe('done') } : { 200: reply }), ...replies, default: problem },
});

/** Refuses, before anything listens, an address that says not what it takes to be allowed. */
const checkRoute = ({ method, url, act }: Pick<Route, 'method' | 'url' | 'act'>): void => {
  if (!anyAct.safeParse(act).success) throw new Error(`route ${method} ${url} states no act of access/contract.ts`);
  if (!url.startsWith('/api/')) throw new Error(`route ${method} ${url} stands outside of /api/`);
};

const openApiRoute = (document: () => object): Route => ({
  method: 'GET',
  url: '/api/openapi.json',
  act: 'see_health',
  summary: 'This document',
  reply: z.record(z.string(), z.unknown()),
  answer: async () => ({ body: document() }),
});

/** Builds the server without listening. Throws on a route that states no act. */
export const createHttp = async (deps: HttpDeps): Promise<FastifyInstance> => {
  const { rawRoutes, findActor, now, log, pages } = deps;
  const routes = [...deps.routes, openApiRoute(() => http.swagger())];
  for (const route of [...routes, ...rawRoutes, ...deps.machineRoutes]) checkRoute(route);
  const http: FastifyInstance = Fastify({
    logger: false,
    forceCloseConnections: true,
    bodyLimit: 1_048_576,
    exposeHeadRoutes: false,
  });
  const actors = new WeakMap<FastifyRequest, Actor>();

  http.setValidatorCompiler<z.ZodType>(
    ({ schema }) =>
      (given) =>
        parsePart(schema, given),
  );
  http.setSerializerCompiler(serializerCompiler);
  http.removeContentTypeParser('text/plain');
  // A DELETE says that it is JSON and brings nothing.
  const parseJson = http.getDefaultJsonParser('error', 'error');
  http.removeContentTypeParser('application/json');
  http.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) =>
    text === '' ? done(null, undefined) : parseJson(request, text, done),
  );
  http.addHook('onRequest', async (request, reply) => setSecurityHeaders(request, reply));
  http.addHook('onResponse', async (request, reply) => {
    // The pattern, not the address: what stands in its place or behind `?` may be a name.
    const { url: route = null } = request.routeOptions;
    const fields = {
      ...{ method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      user_id: actors.get(request)?.id ?? null,
    };
    if (route === null || route === '/*' || route === '/api/health') log.debug('http.request', fields);
    else log.info('http.request', fields);
  });
  http.setErrorHandler((error, _request, reply) => {
    const { status, problem: body, unexpected, retryAfter } = failureOf(error);
    if (unexpected) log.error('http.failed', { err: error });
    if (retryAfter !== null) reply.header('retry-after', `${retryAfter}`);
    return reply.code(status).send(body);
  });
  http.setNotFoundHandler((request, reply) =>
    isPage(request) ? sendPage(reply, pages) : reply.code(404).send(notFound),
  );

  await http.register(fastifyCookie);
  await http.register(fastifySwagger, {
    openapi: {
      ...{ openapi: '3.1.0', info: { title: 'yilian', version: '0.1.0' }, paths: {} },
      components: { securitySchemes: { [TOKEN_SCHEME]: { type: 'http', scheme: 'bearer' } } },
    },
    transform: jsonSchemaTransform,
  });
  await servePages(http, pages);

  const guard = (act: Act, prolong: boolean) => async (request: FastifyRequest) => {
    const why = foreignRequest(request);
    if (why !== null) throw foreign[why]();
    if (isOpen(act)) return;
    const cookie = request.cookies[SESSION_COOKIE];
    const actor = cookie === undefined ? null : await findActor(cookie, now(), { prolong });
    if (actor === null) throw signInRequired();
    actors.set(request, actor);
    if (!may(actor, act).allowed) throw forbidden();
  };

  for (const route of routes) {
    http.route({
      method: route.method,
      url: route.url,
      schema: schemaOf(route),
      onRequest: guard(route.act, true),
      handler: async (request, reply) => {
        const asked: RouteRequest = {
          get actor() {
            return actorOf(actors.get(request));
          },
          params: request.params as Record<string, string>,
          query: request.query,
          body: request.body,
          now: now(),
          cookies: request.cookies,
        };
        const { status, body, setCookie } = await route.answer(asked);
        if (setCookie !== undefined) {
          const { name, value, maxAgeSeconds } = setCookie;
          reply.setCookie(name, value, { ...cookieFlags(request), maxAge: Math.max(0, maxAgeSeconds) });
        }
        reply.code(status ?? (route.reply === null ? 204 : 200));
        return route.reply === null && status === undefined ? reply.send() : reply.send(body);
      },
    });
  }
  serveMachines(http, { ...deps, admitted: (request, actor) => actors.set(request, actor) });
  for (const route of rawRoutes) {
    const { type, schema } = route.produces;
    http.addHook('preClose', async () => route.close?.());
    http.route({
      method: route.method,
      url: route.url,
      schema: {
        summary: route.summary,
        ...(route.params === undefined ? {} : { params: route.params }),
        ...(route.query === undefined ? {} : { querystring: route.query }),
        response: { 200: { content: { [type]: { schema } } }, default: problem },
      },
      // A stream comes back by itself, also when nobody sits there any more.
      onRequest: guard(route.act, false),
      handler: async (request, reply) => {
        const cookie = request.cookies[SESSION_COOKIE];
        await route.serve(request, reply, {
          actor: actorOf(actors.get(request)),
          stillSignedIn: async () =>
            cookie !== undefined && (await findActor(cookie, now(), { prolong: false })) !== null,
        });
        return reply;
      },
    });
  }
  return http;
};
