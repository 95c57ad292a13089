/** Names of hosts, apart from the figures about them: an answer about traffic never waits for a name. */
import { Type } from 'typebox'
import type { ApiDeps } from '../deps.ts'
import { route, type Route } from '../route.ts'
import { input, NONE, split } from '../schemas.ts'

const MOST_ADDRESSES = 200

export function nameRoutes(deps: ApiDeps): Route[] {
  return [
    route(
      {
        method: 'GET',
        url: '/api/v1/names',
        access: 'viewer',
        wholeOnly: true,
        tag: 'Explore',
        params: NONE,
        query: input({
          addresses: Type.String({ maxLength: MOST_ADDRESSES * 40, description: `Addresses, separated by commas; at most ${MOST_ADDRESSES} are looked at.` }),
        }),
        body: null,
        summary: 'Names of hosts by reverse DNS, as far as they are known by now; those that are not are asked for, and there for the next request.',
        answer: Type.Object({
          enabled: Type.Boolean({ description: 'Whether the configuration lets DNS be asked (enrich.reverseDns).' }),
          names: Type.Record(Type.String(), Type.String(), { description: 'Name by address; those without a name are left out.' }),
          pending: Type.Integer({ description: 'How many of the addresses are still being asked for.' }),
        }),
      },
      ({ query }) => ({ enabled: deps.names.enabled, ...deps.names.namesOf(split(query.addresses).slice(0, MOST_ADDRESSES)) }),
    ),
  ]
}
