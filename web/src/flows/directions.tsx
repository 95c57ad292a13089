import { numberOf, textOf } from '../api/cells.ts'
import type { ReactElement, ReactNode } from 'react'
import { serviceName } from '../../../src/schema/index.ts'
import type { FlowRow } from '../api/types.ts'
import { bitRate, volume, whole } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { style } from '../ui/style.ts'
import { Swatch } from '../ui/swatch.tsx'
import { words } from '../words.ts'
import { factorOf, flagLetters } from './columns.ts'
import styles from './drawer.module.css'

const short = (name: string): string => (/[a-z]/i.test(name) && !name.includes(':') ? (name.split('.')[0] ?? name) : name)

/** The name of one end, or its address. */
export const endName = (row: FlowRow, side: 'src' | 'dst'): string => textOf(row[`${side}_name`]) || textOf(row[side])

interface Line {
  readonly name: string
  readonly there: ReactNode
  readonly back?: ReactNode
  readonly amounts?: readonly [number, number]
}

/** What went one way and, where one record tells both, the other; the rule under a figure is its bar. */
export function Directions({ row }: { readonly row: FlowRow }): ReactElement {
  const back = numberOf(row['reverse_bytes']) > 0 || numberOf(row['reverse_packets']) > 0
  const seconds = numberOf(row['duration']) / 1_000_000
  // Counters of one flow are told as sent; both directions are drawn times the sampling rate.
  const factor = factorOf(row)
  const scaled = (there: string, reverse: string): readonly [number, number] => [numberOf(row[there]) * factor, numberOf(row[reverse]) * factor]
  const bytes = scaled('bytes', 'reverse_bytes')
  const packets = scaled('packets', 'reverse_packets')
  const end = (side: 'src' | 'dst'): ReactNode => {
    const port = numberOf(row[`${side}_port`])
    return (
      <>
        {textOf(row[side])}
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
    ...(numberOf(row['proto']) === 6 || row['proto'] === 'tcp'
      ? [{ name: words.flow.flags, there: [...flagLetters(numberOf(row['tcp_flags']))].join(' ') }]
      : []),
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
              <Swatch color="var(--data-in)" />
              {names[0]} → {names[1]}
            </th>
            {back && (
              <th scope="col">
                <Swatch color="var(--data-out)" />
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
  const type = textOf(row['tunnel_type'])
  if (type === '') return null
  const inner = textOf(row['inner_src'])
  return (
    <section>
      <h3>{words.flow.tunnel}</h3>
      <div className={styles.tunnel}>
        <div>
          <span className="t3 small">{words.flow.outer}</span>
          <span>
            {textOf(row['src'])} → {textOf(row['dst'])}
          </span>
          <span className="num">
            {type}
            {numberOf(row['tunnel_id']) > 0 && (
              <>
                <br />
                <span className="t3 small">{numberOf(row['tunnel_id'])}</span>
              </>
            )}
          </span>
        </div>
        {inner !== '' && inner !== '::' && (
          <div className={styles.inner}>
            <span className="t3 small">{words.flow.inner}</span>
            <span>
              {inner} → {textOf(row['inner_dst'])}
              <br />
              <span className="t3 small">
                {numberOf(row['inner_src_port'])} → {numberOf(row['inner_dst_port'])}
              </span>
            </span>
          </div>
        )}
      </div>
    </section>
  )
}
