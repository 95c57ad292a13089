import type { CSSProperties, ReactElement, ReactNode } from 'react'
import { serviceName } from '../../../src/schema/index.ts'
import type { Cell, FlowRow } from '../api/types.ts'
import { bitRate, volume, whole } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { words } from '../words.ts'
import { factorOf, flagLetters } from './columns.ts'
import styles from './drawer.module.css'

const style = (properties: Readonly<Record<string, string>>): CSSProperties => properties
const number = (cell: Cell | undefined): number => (typeof cell === 'number' ? cell : Number(cell ?? 0))
const text = (cell: Cell | undefined): string => (cell === null || cell === undefined ? '' : String(cell))
const short = (name: string): string => (/[a-z]/i.test(name) && !name.includes(':') ? (name.split('.')[0] ?? name) : name)

/** The name of one end, or its address. */
export const endName = (row: FlowRow, side: 'src' | 'dst'): string => text(row[`${side}_name`]) || text(row[side])

interface Line {
  readonly name: string
  readonly there: ReactNode
  readonly back?: ReactNode
  readonly amounts?: readonly [number, number]
}

/** What went one way and, where one record tells both, the other; the rule under a figure is its bar. */
export function Directions({ row }: { readonly row: FlowRow }): ReactElement {
  const back = number(row['reverse_bytes']) > 0 || number(row['reverse_packets']) > 0
  const seconds = number(row['duration']) / 1_000_000
  // Counters of one flow are told as sent; both directions are drawn times the sampling rate.
  const factor = factorOf(row)
  const scaled = (there: string, reverse: string): readonly [number, number] => [number(row[there]) * factor, number(row[reverse]) * factor]
  const bytes = scaled('bytes', 'reverse_bytes')
  const packets = scaled('packets', 'reverse_packets')
  const end = (side: 'src' | 'dst'): ReactNode => {
    const port = number(row[`${side}_port`])
    return (
      <>
        {text(row[side])}
        <span className="u" title={serviceName(port)}>
          {port === 0 ? '' : `:${port}`}
        </span>
      </>
    )
  }
  const rateOf = (amount: number): ReactNode => (seconds > 0 ? <Figure of={bitRate((amount * 8) / seconds)} /> : words.none)
  const lines: readonly Line[] = [
    { name: words.flow.address, there: end('src'), back: end('dst') },
    { name: words.flow.bytes, there: <Figure of={volume(bytes[0])} />, back: <Figure of={volume(bytes[1])} />, amounts: bytes },
    { name: words.flow.packets, there: whole(packets[0]), back: whole(packets[1]), amounts: packets },
    { name: words.flow.rate, there: rateOf(bytes[0]), back: rateOf(bytes[1]) },
    ...(number(row['proto']) === 6 || row['proto'] === 'tcp' ? [{ name: words.flow.flags, there: [...flagLetters(number(row['tcp_flags']))].join(' ') }] : []),
  ]
  const names = [endName(row, 'src'), endName(row, 'dst')].map(short)
  const cell = (content: ReactNode, amounts: Line['amounts'], side: 0 | 1): ReactElement => (
    <td>
      {content}
      {amounts !== undefined && Math.max(...amounts) > 0 && (
        <span
          className={styles.dbar}
          style={style({ '--w': `${(amounts[side] / Math.max(...amounts)) * 100}%`, '--c': side === 0 ? 'var(--data-in)' : 'var(--data-out)' })}
        />
      )}
    </td>
  )
  return (
    <section>
      <h3>{back ? words.flow.directions : words.flow.oneDirection}</h3>
      <table className={styles.dir}>
        <caption className="vh">{words.flow.directions}</caption>
        <colgroup>
          <col />
          <col />
          <col />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">
              <span className="vh">{words.flow.measure}</span>
            </th>
            <th scope="col">
              <span className={styles.sw} style={style({ '--c': 'var(--data-in)' })} />
              {names[0]} → {names[1]}
            </th>
            {back && (
              <th scope="col">
                <span className={styles.sw} style={style({ '--c': 'var(--data-out)' })} />
                {names[1]} → {names[0]}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {lines.map(line => (
            <tr key={line.name}>
              <th scope="row">{line.name}</th>
              {cell(line.there, line.amounts, 0)}
              {back && cell(line.back, line.amounts, 1)}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** A tunnel: the inner flow drawn inside the outer one. */
export function Tunnel({ row }: { readonly row: FlowRow }): ReactElement | null {
  const type = text(row['tunnel_type'])
  if (type === '') return null
  const inner = text(row['inner_src'])
  return (
    <section>
      <h3>{words.flow.tunnel}</h3>
      <div className={styles.tunnel}>
        <div>
          <span className="t3 small">{words.flow.outer}</span>
          <span>
            {text(row['src'])} → {text(row['dst'])}
          </span>
          <span className="num">
            {type}
            {number(row['tunnel_id']) > 0 && (
              <>
                <br />
                <span className="t3 small">{number(row['tunnel_id'])}</span>
              </>
            )}
          </span>
        </div>
        {inner !== '' && inner !== '::' && (
          <div className={styles.inner}>
            <span className="t3 small">{words.flow.inner}</span>
            <span>
              {inner} → {text(row['inner_dst'])}
              <br />
              <span className="t3 small">
                {number(row['inner_src_port'])} → {number(row['inner_dst_port'])}
              </span>
            </span>
          </div>
        )}
      </div>
    </section>
  )
}
