import type { ReactElement } from 'react'
import { useTables } from '../api/queries.ts'
import type { Table } from '../api/types.ts'
import { protocolText } from '../flows/columns.ts'
import { AnswerFooter } from '../shell/answer-footer.tsx'
import { TopPick } from '../shell/top-pick.tsx'
import { figuresOf } from '../traffic/figures.ts'
import type { TrafficRow } from '../traffic/table.tsx'
import { Failure } from '../ui/failure.tsx'
import { join, volume } from '../ui/format.ts'
import { serviceName } from '../../../src/schema/index.ts'
import { words as shared } from '../words.ts'
import { Breakdown } from './breakdown.tsx'
import { numberOf, textOf } from '../api/cells.ts'
import type { Look } from './look.ts'
import { DEEP, METRICS, mergedPorts } from './merged-ports.ts'
import { words } from './words.ts'
import styles from './entity.module.css'

/** The lower port is the service: registered ports are low, ephemeral ones high (RFC 6335). */
const SERVICE = { src: 'src_port > 0 and src_port <= @dst_port', dst: 'dst_port > 0 and dst_port <= @src_port' } as const

const sumOf = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(METRICS.map(metric => [metric, (a[metric] ?? 0) + (b[metric] ?? 0)]))

interface RoleProps {
  readonly look: Look
  readonly title: string
  /** The answers about what comes to the entity and what goes from it, and the columns of their ports. */
  readonly to: Table | undefined
  readonly from: Table | undefined
  readonly columns: readonly [to: string, from: string]
  readonly half: boolean
  readonly tools?: ReactElement
}

function Role({ look, title, to, from, columns, half, tools }: RoleProps): ReactElement {
  const limit = Number(look.scope.top)
  const all = to === undefined || from === undefined ? null : mergedPorts(to, from, columns)
  const totals = sumOf(to?.totals ?? {}, from?.totals ?? {})
  const shown = all?.slice(0, limit) ?? null
  const left = Object.fromEntries(
    METRICS.map(metric => [metric, Math.max(0, (totals[metric] ?? 0) - (shown ?? []).reduce((sum, row) => sum + numberOf(row.figures[metric]), 0))]),
  )
  const amount = (bytes: number | null): string => (bytes === null ? shared.none : join(volume(bytes)))
  const rows =
    shown?.map(({ port, proto, bytes, figures }): TrafficRow => ({
      key: `${port} ${textOf(proto)}`,
      name: `${port}/${protocolText(proto)}`,
      detail: serviceName(Number(port)) ?? '',
      condition: { field: 'port', value: port, and: { field: 'proto', value: protocolText(proto) } },
      extra: [amount(bytes[0]), amount(bytes[1])],
      figures: figuresOf(figures),
    })) ?? null
  return (
    <Breakdown look={look} title={title} one={words.port} heads={[words.to, words.from]} rows={rows} totals={totals} other={left} half={half} tools={tools} />
  )
}

/** The ports an entity serves, and those it uses elsewhere. */
export function PortsTab({ look }: { readonly look: Look }): ReactElement {
  const sided = look.entity.kind.sides !== null
  const asked = (question: Look['to'], side: 'src' | 'dst') => ({
    ...look.narrowed(question, SERVICE[side]),
    by: [`${side}_port`, 'proto'],
    metrics: METRICS,
    order: '-bytes',
    limit: DEEP,
  })
  // Of what has no sides a flow between equal ports would be in both answers.
  const answering = sided ? look.from : look.narrowed(look.from, 'src_port != @dst_port')
  const all = useTables([asked(look.to, 'dst'), asked(answering, 'src'), ...(sided ? [asked(look.to, 'src'), asked(look.from, 'dst')] : [])], look.mark)
  const [servedTo, servedFrom, usedTo, usedFrom] = all.map(each => each.data)
  const error = all.find(each => each.error !== null)?.error ?? null
  const tools = <TopPick scope={look.scope} />
  return (
    <>
      {error !== null && <Failure error={error} onRetry={() => void Promise.all(all.map(each => each.refetch()))} />}
      <div className={styles.pair} data-single={sided ? undefined : ''}>
        <Role
          look={look}
          title={sided ? words.asServer : words.servicePorts}
          to={servedTo}
          from={servedFrom}
          columns={['dst_port', 'src_port']}
          half={sided}
          {...(sided ? {} : { tools })}
        />
        {sided && <Role look={look} title={words.asClient} to={usedTo} from={usedFrom} columns={['src_port', 'dst_port']} half tools={tools} />}
      </div>
      <AnswerFooter answers={all.flatMap(each => each.data ?? [])}>
        <span className="wide">{words.portsNote}</span>
      </AnswerFooter>
    </>
  )
}
