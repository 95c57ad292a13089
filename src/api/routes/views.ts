/** Saved views: a name for an address of the console. */
import { Type } from 'typebox'
import type { Principal } from '../../access/index.ts'
import { FlowLensError } from '../../schema/index.ts'
import type { ViewRecord } from '../../state/index.ts'
import type { ApiDeps } from '../deps.ts'
import { route, type Route } from '../route.ts'
import { input, NONE } from '../schemas.ts'

const viewAnswer = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  address: Type.String(),
  owner: Type.String(),
  own: Type.Boolean(),
  shared: Type.Boolean(),
  created_at: Type.Number(),
})

export function viewRoutes(deps: ApiDeps): Route[] {
  const shown = (view: ViewRecord, principal: Principal) => ({
    id: view.id,
    name: view.name,
    address: view.address,
    owner: view.owner,
    own: view.userId === principal.userId,
    shared: view.shared,
    created_at: view.createdAt,
  })
  return [
    route(
      {
        method: 'GET',
        url: '/api/v1/views',
        access: 'viewer',
        tag: 'Views',
        params: NONE,
        query: NONE,
        body: null,
        summary: 'One’s own views and those others share.',
        answer: Type.Object({ views: Type.Array(viewAnswer) }),
      },
      ({ principal }) => ({ views: deps.views.list(principal.userId).map(view => shown(view, principal)) }),
    ),

    route(
      {
        method: 'POST',
        url: '/api/v1/views',
        access: 'viewer',
        tag: 'Views',
        params: NONE,
        query: NONE,
        status: 201,
        summary: 'Saves a view; one’s own view of the same name is replaced.',
        body: input({
          name: Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\x00-\\x1f\\x7f]+$' }),
          // A path of the console and nothing else: never `//host` or a scheme, which would lead away from here.
          address: Type.String({ maxLength: 8000, pattern: '^/(?!/)[^\\\\\\x00-\\x20\\x7f]*$', description: 'Path and query string of the console.' }),
          shared: Type.Optional(Type.Boolean({ description: 'Everyone sees it.' })),
        }),
        answer: Type.Object({ view: viewAnswer }),
      },
      ({ body, principal }) => ({
        view: shown(
          deps.views.save({ userId: principal.userId, name: body.name, address: body.address, shared: body.shared ?? false, createdAt: deps.now() }),
          principal,
        ),
      }),
    ),

    route(
      {
        method: 'DELETE',
        url: '/api/v1/views/:id',
        access: 'viewer',
        tag: 'Views',
        query: NONE,
        body: null,
        answer: Type.Null(),
        status: 204,
        summary: 'Removes a view of one’s own; an admin any that is shared.',
        params: input({ id: Type.Integer({ minimum: 1 }) }),
      },
      ({ params, principal }) => {
        const view = deps.views.byId(params.id)
        if (view === undefined || (view.userId !== principal.userId && !(view.shared && principal.role === 'admin')))
          throw new FlowLensError('FL_API_NOT_FOUND', `there is no view ${params.id} of yours`)
        deps.views.remove(view.id)
        return null
      },
    ),
  ]
}
