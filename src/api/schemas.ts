/** Schemas of the API. Inputs refuse unknown keys. The answers' schemas document; the tests hold real answers against them. */
import { Type, type TObject, type TProperties } from 'typebox'
import { COUNTINGS } from '../query/index.ts'
import { ROLES } from '../state/index.ts'

/** An input object; unknown keys are refused. */
export const input = <T extends TProperties>(properties: T): TObject<T> => Type.Object(properties, { additionalProperties: false })
export const NONE = input({})

/** One of a list of words, as a plain enum rather than a union of constants. */
export const oneOf = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values], description })

const MAX_FILTER = 10_000
export const time = (description: string) =>
  Type.String({ minLength: 1, maxLength: 40, description: `${description}: now, now-1h, ISO 8601, or milliseconds since 1970.` })
export const filterText = Type.String({ maxLength: MAX_FILTER, description: 'Filter, as src in 10.0.0.0/8 and dst_port = 443.' })
export const limit = (max: number, standard: number) =>
  Type.Integer({ minimum: 1, maximum: max, default: standard, description: `At most this many; ${standard} when absent.` })

export const compare = Type.String({ maxLength: 90, description: 'The range to compare with: previous, 1d, 1w or from/to.' })
export const commaList = (description: string) => Type.String({ maxLength: 500, description: `${description}, separated by commas.` })

/** The parts of a list with commas. */
export const split = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')

/** How a flow counts that several exporters told. */
export const duplicates = Type.Optional(
  oneOf(
    COUNTINGS,
    'How a flow counts that several exporters told: once; hops, as each of them saw it; all, every row. Absent: once, but hops where exporters, interfaces or layer 2 are asked about.',
  ),
)

/** The keys every question about a range takes. */
export const rangeKeys = { from: Type.Optional(time('Start')), to: Type.Optional(time('End, exclusive')), filter: Type.Optional(filterText) }

const figures = Type.Record(Type.String(), Type.Number())
const cells = Type.Record(Type.String(), Type.Unknown())
export const range = Type.Object({ from: Type.Number(), to: Type.Number() })
const strings = Type.Array(Type.String())

const answer = {
  by: strings,
  metrics: strings,
  range,
  answered_from: Type.String({ description: 'raw, or the roll-up that answered.' }),
  duplicates: Type.String({ description: 'How flows counted that several exporters told: once, hops or all.' }),
  complete: Type.Boolean({ description: 'False when a part of the range is gone or still on its way; notes say which.' }),
  notes: strings,
  took_ms: Type.Number(),
  rows_read: Type.Number(),
  unknown_sampling_flows: Type.Number({ description: 'Flows whose sampling rate nobody told; they count as unsampled.' }),
}

export const tableAnswer = Type.Object({
  kind: Type.Literal('table'),
  ...answer,
  rows: Type.Array(cells),
  totals: figures,
  other: figures,
  compare: Type.Optional(Type.Unknown()),
})

export const seriesAnswer = Type.Object({
  kind: Type.Literal('series'),
  ...answer,
  granularity: Type.Number({ description: 'Milliseconds of a bucket.' }),
  times: Type.Array(Type.Number(), { description: 'Starts of the buckets, milliseconds since 1970.' }),
  unfinished: Type.Union([Type.Number(), Type.Null()], { description: 'First bucket that still grows.' }),
  totals: figures,
  series: Type.Array(Type.Object({ key: cells, values: Type.Record(Type.String(), Type.Array(Type.Union([Type.Number(), Type.Null()]))), total: figures })),
  compare: Type.Optional(Type.Unknown()),
})

export const queryAnswer = Type.Union([tableAnswer, seriesAnswer])

export const flowsAnswer = Type.Object({
  rows: Type.Array(cells),
  next: Type.Union([Type.String(), Type.Null()], { description: 'Cursor of the next page.' }),
  total: Type.Object({ flows: Type.Number(), more: Type.Boolean({ description: 'There are more than `flows`.' }) }),
  answered_from: Type.String(),
  complete: Type.Boolean(),
  notes: strings,
})

export const role = oneOf(ROLES, 'What one may do: viewer reads, operator changes what is watched, admin all.')
export const userAnswer = Type.Object({
  name: Type.String(),
  role,
  scope: Type.String({ description: 'Filter every query of this user is limited to; empty for none.' }),
  disabled: Type.Boolean(),
  created_at: Type.Number(),
  last_login_at: Type.Union([Type.Number(), Type.Null()]),
})
export const keyAnswer = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  owner: Type.String(),
  role,
  hint: Type.String({ description: 'First characters of the secret.' }),
  created_at: Type.Number(),
  expires_at: Type.Union([Type.Number(), Type.Null()]),
  last_used_at: Type.Union([Type.Number(), Type.Null()]),
})
export const meAnswer = Type.Object({ user: Type.Object({ name: Type.String(), role }) })

export const errorAnswer = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    help: Type.String(),
    requestId: Type.String(),
    position: Type.Optional(Type.Object({ start: Type.Integer(), end: Type.Integer() }, { description: 'Where in the filter, in characters.' })),
  }),
})
