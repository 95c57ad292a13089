/** Schema of everything known of one exporter; `ExporterDetail` of telemetry with its advice. */
import { Type } from 'typebox'
import { oneOf } from './schemas.ts'

const text = Type.String()
const number = Type.Number()
const maybeText = Type.Union([text, Type.Null()])
const maybeNumber = Type.Union([number, Type.Null()])
const texts = Type.Array(text)

/** What the configuration says of its place; empty where it says nothing. */
export const place = { name: text, group: text, role: text, site: text, region: text, tenant: text }

export const reasons = Type.Record(text, number)
export const sampling = Type.Union([
  Type.Object({ rate: number, source: Type.String({ description: 'options, options_of_other_domain, header, record or config.' }) }),
  Type.Null(),
])
export const state = oneOf(['ok', 'attention', 'unknown'], 'Whether somebody should look at it; unknown while it has sent nothing since ingest started.')

const advice = Type.Object({
  severity: oneOf(['error', 'warning', 'info'], 'error: flows are lost; warning: figures may be wrong; info: good to know.'),
  code: Type.String({ description: 'A code of the table of advice.' }),
  message: Type.String({ description: 'What is seen.' }),
  remedy: Type.String({ description: 'What to configure.' }),
})

const field = Type.Object({
  element: Type.String({ description: '8, 9/1232, or scope 2.' }),
  name: maybeText,
  length: Type.Union([number, Type.Null()], { description: 'Bytes; null where it varies.' }),
  scope: Type.Boolean(),
  column: Type.Union([text, Type.Null()], { description: 'Column it fills.' }),
  skipped: Type.Boolean({ description: 'No column takes it, and no rule of the decoder reads it.' }),
})

const template = Type.Object({
  id: Type.Integer(),
  kind: oneOf(['data', 'options'], 'What its records are.'),
  fields: Type.Array(field),
  first_seen: number,
  last_seen: number,
  refresh_ms: Type.Number({ description: 'Longest time between two sendings; 0 while it was sent once.' }),
  records: number,
  redefined: Type.Number({ description: 'How often another definition took its place or was refused.' }),
  redefined_at: maybeNumber,
  restored: Type.Boolean({ description: 'Kept from before a restart and not sent again since.' }),
})

const domain = Type.Object({
  protocol: text,
  transport: text,
  id: number,
  templates: Type.Array(template),
  samplers: Type.Array(
    Type.Object({
      id: Type.Union([number, Type.Null()], { description: 'null for the rate of the whole domain.' }),
      name: maybeText,
      rate: Type.Union([number, Type.Null()], { description: 'null where each record says it.' }),
      source: text,
    }),
  ),
  sequence_unit: oneOf(['flows', 'datagrams', 'records'], 'What its sequence numbers count.'),
  sequence: Type.Object({ missing: number, duplicate: number, reordered: number, reset: number }),
  restarts: number,
  last_seen: number,
  waiting: Type.Object({ sets: number, bytes: number }),
  statistics: Type.Record(text, number),
  sources: Type.Array(
    Type.Object({
      id: number,
      rate: number,
      samples: Type.Number({ description: 'Since it told this rate.' }),
      effective_rate: Type.Union([number, Type.Null()], { description: 'Packets for each sample by the pool of the agent.' }),
      dropped: number,
      missing: number,
      last_seen: number,
    }),
    { description: 'Data sources of an sFlow agent.' },
  ),
})

export const exporterDetail = Type.Object({
  at: Type.Number({ description: 'When this was answered, milliseconds since 1970.' }),
  state,
  address: text,
  ...place,
  protocols: texts,
  transports: texts,
  domains: number,
  templates: number,
  first_seen: number,
  last_seen: number,
  datagrams: number,
  rows: number,
  sampling,
  sequence_missing: number,
  skew_ms: Type.Number({ description: 'Our clock minus the exporter’s.' }),
  rejected: reasons,
  source: Type.Union([text, Type.Null()], { description: 'Where its datagrams come from when its address stands in the data.' }),
  domain_details: Type.Array(domain),
  interfaces: Type.Array(Type.Object({ index: number, name: text, description: text })),
  unknown_elements: Type.Array(
    Type.Object({
      element: text,
      name: maybeText,
      kind: oneOf(
        ['unknown', 'unused', 'structural', 'structure'],
        'unknown to the registry; unused: known, and no column takes it; structural: about the export and not the flow; structure: of sFlow, that nobody reads.',
      ),
      length: number,
      sample: Type.Union([text, Type.Null()], { description: 'Bytes of one value, hexadecimal.' }),
      records: number,
      templates: Type.Array(Type.Integer()),
    }),
  ),
  template_changes: Type.Array(
    Type.Object({
      protocol: text,
      domain: number,
      template: Type.Integer(),
      before: Type.Array(field),
      after: Type.Array(field),
      at: number,
      count: number,
      refused: Type.Boolean({ description: 'Because templates of the exporter are pinned.' }),
      flip_flop: Type.Boolean({ description: 'The id had the new definition before: two senders use it in turns.' }),
    }),
    { description: 'Other definitions that came for the id of a live template, the newest first.' },
  ),
  lists: Type.Object(
    { read: number, unknown_template: number, unknown_element: number, malformed: number, too_deep: number, not_compiled: number },
    { description: 'What became of lists in records (RFC 6313).' },
  ),
  names: Type.Object({ vrfs: number, applications: number, samplers: number, elements: number }),
  settings: Type.Object({ profiles: texts, fields: number, pinned: Type.Boolean(), relay: Type.Boolean(), template_lifetime_ms: number }),
  notes: Type.Array(Type.String({ description: 'What was left out because there is too much of it.' })),
  advice: Type.Array(advice),
})
