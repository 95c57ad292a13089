/** Schema of an interface's counters beside its flows. */
import { Type } from 'typebox'
import { range } from './schemas.ts'

const rate = (description: string) =>
  Type.Array(Type.Union([Type.Number(), Type.Null()]), { description: `${description}, by bucket; null where nothing tells it.` })
const side = Type.Object({
  bps: rate('Bits a second'),
  pps: rate('Packets a second'),
  discards: rate('Packets a second that were discarded'),
  errors: rate('Packets a second with errors'),
})
const maybe = Type.Union([Type.Number(), Type.Null()])
const sums = Type.Object({ bytes: maybe, packets: maybe, discards: maybe, errors: maybe })
const flowSide = Type.Object({ bps: rate('Bits a second'), pps: rate('Packets a second') })
const flowSums = Type.Object({ bytes: Type.Number(), packets: Type.Number() })

export const counterRates = Type.Object({
  exporter: Type.String(),
  if: Type.Integer(),
  range,
  granularity: Type.Number({ description: 'Milliseconds of a bucket.' }),
  times: Type.Array(Type.Number(), { description: 'Starts of the buckets of counters, milliseconds since 1970.' }),
  counters: Type.Object({
    in: side,
    out: side,
    totals: Type.Object({ in: sums, out: sums }),
    last: Type.Union([
      Type.Object({
        at: Type.Number(),
        source: Type.String({ description: 'Who told it: sflow.' }),
        type: Type.Integer({ description: 'ifType.' }),
        speed_bps: maybe,
        duplex: Type.Integer({ description: '0 unknown, 1 full, 2 half, 3 in, 4 out.' }),
        admin_up: Type.Boolean(),
        oper_up: Type.Boolean(),
      }),
      Type.Null(),
    ]),
    samples: Type.Integer(),
    resets: Type.Integer({ description: 'How often the counters began anew.' }),
  }),
  flows: Type.Object({ times: Type.Array(Type.Number()), in: flowSide, out: flowSide, totals: Type.Object({ in: flowSums, out: flowSums }) }),
  answered_from: Type.String(),
  complete: Type.Boolean(),
  notes: Type.Array(Type.String()),
})
