import createFetchClient from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import type { paths } from './schema.gen.ts';
import { sessionGate } from './session-gate.ts';

/** A problem as the server words it, or of our own making when no server answered. */
const problemResponse = (error: string, status: number): Response => Response.json({ error, message: '' }, { status });

const opensSession = (url: string): boolean => ['/api/session', '/api/demo-accounts'].includes(new URL(url).pathname);

const answerOf = async (request: Request): Promise<Response> => {
  try {
    const response = await fetch(request);
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    // A proxy's page of HTML says nothing to the reader; the status says whether the program is there at all
    if (response.ok || isJson) return response;
    return problemResponse([502, 503, 504].includes(response.status) ? 'lost_connection' : 'internal', response.status);
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    return problemResponse('lost_connection', 503);
  }
};

/**
 * A session that ended in the middle of a form: the person signs in over the page and the same request goes out again. A
 * command carries its request_id, so it is done once.
 */
const fetchSignedIn = async (request: Request): Promise<Response> => {
  const again = request.clone();
  const response = await answerOf(request);
  if (response.status !== 401 || opensSession(request.url)) return response;
  return (await sessionGate.signedInAgain()) ? answerOf(again) : response;
};

/** Every call of the API, with the types of the OpenAPI document. */
export const api = createFetchClient<paths>({ baseUrl: window.location.origin, fetch: fetchSignedIn });
export const $api = createQueryClient(api);
