import type { FastifyReply, FastifyRequest } from 'fastify';

/** Scripts and connections of this server only. antd writes its styles into the page, so styles may stand inline. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** On the response itself, so that a route that writes its own stream has them too. */
export const setSecurityHeaders = (request: FastifyRequest, reply: FastifyReply): void => {
  reply.raw.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
  reply.raw.setHeader('x-content-type-options', 'nosniff');
  reply.raw.setHeader('x-frame-options', 'DENY');
  reply.raw.setHeader('referrer-policy', 'no-referrer');
  reply.raw.setHeader('cross-origin-opener-policy', 'same-origin');
  reply.raw.setHeader('cross-origin-resource-policy', 'same-origin');
  if (request.url.startsWith('/api/')) reply.raw.setHeader('cache-control', 'no-store');
};

/** Media type of a content-type header, without its parameters. */
export const mediaTypeOf = (header: string | undefined): string =>
  (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/**
 * Why a request that changes something is refused as not sent by our own pages, or null. The cookie is SameSite=Strict
 * already; this holds where a browser doesn't. Only JSON: a form of another site can't send that without asking first.
 */
export const foreignRequest = (request: FastifyRequest): 'origin' | 'content_type' | null => {
  if (request.method === 'GET' || request.method === 'HEAD') return null;
  const { origin, host, 'content-type': type, 'content-length': length } = request.headers;
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)) return 'origin';
  // A browser asks before every DELETE to another site, so one without a body needs no content type.
  const bare = request.method === 'DELETE' && (length === undefined || length === '0') && type === undefined;
  return bare || JSON_TYPE.test(type ?? '') ? null : 'content_type';
};

/** Whether the browser speaks https, to us or to the proxy before us. A forged header only makes the cookie stricter. */
const isHttps = (request: FastifyRequest): boolean => {
  const forwarded = request.headers['x-forwarded-proto'];
  const first = (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(',')[0]?.trim();
  return first === 'https' || request.protocol === 'https';
};

export const cookieFlags = (request: FastifyRequest) =>
  ({ httpOnly: true, sameSite: 'strict', path: '/', secure: isHttps(request) }) as const;
