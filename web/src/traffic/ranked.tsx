import { useRef, useState, type ReactElement, type ReactNode } from 'react'
import { percent, type Measure } from '../ui/format.ts'
import { HostName } from '../ui/host-name.tsx'
import { Figure } from '../ui/measure.tsx'
import { PageLink, ValueButton } from '../filter/value.tsx'
import type { Condition } from '../filter/language.ts'
import { Panel, type PanelPlace } from '../ui/panel.tsx'
import { style } from '../ui/style.ts'
import { words } from '../words.ts'
import styles from './ranked.module.css'

export interface RankedRow {
  readonly key: string
  readonly name: string
  /** Drawn in grey behind the name: an AS number, the exporter of an interface. */
  readonly detail?: string
  /** What identifies it where the name does not; in the tooltip and the menu. */
  readonly id?: string
  readonly value: number
  /** Share of all traffic, 0 to 1; null where it cannot be told. */
  readonly share: number | null
  readonly condition: Condition | null
}

interface RankedProps extends PanelPlace {
  readonly title: string
  readonly rows: readonly RankedRow[] | null
  readonly format: (value: number) => Measure
  readonly limit?: number
  /** What the value of a row is; a rate where nothing is said. */
  readonly measure?: string
  /** Beside the title: what else there is to know of the values. */
  readonly beside?: ReactNode
  readonly tools?: ReactNode
}

const SKELETON = [0, 1, 2, 3, 4] as const

/** A ranked list: the rule under a row is its bar. While the pointer or the focus is in it, it keeps its order. */
export function Ranked({ title, rows, format, limit = 7, measure = words.overview.rate, beside, tools, ...place }: RankedProps): ReactElement {
  const [held, setHeld] = useState<readonly RankedRow[] | null>(null)
  const inside = useRef(false)
  const shown = (held ?? rows)?.slice(0, limit) ?? null
  const first = shown?.[0]?.value ?? 0
  const hold = (on: boolean): void => {
    inside.current = on
    setHeld(on ? rows : null)
  }
  return (
    <Panel
      {...place}
      title={title}
      beside={beside}
      tools={tools}
      busy={rows === null}
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocus={() => inside.current || hold(true)}
      onBlur={() => hold(false)}
    >
      <table className={styles.rank}>
        <caption className="vh">{title}</caption>
        <colgroup>
          <col />
          <col className={styles.wval} />
          <col className={styles.wpct} />
        </colgroup>
        <thead className="vh">
          <tr>
            <th scope="col">{words.overview.name}</th>
            <th scope="col">{measure}</th>
            <th scope="col">{words.overview.share}</th>
          </tr>
        </thead>
        <tbody>
          {shown === null &&
            SKELETON.map(index => (
              <tr key={index}>
                <td colSpan={3}>
                  <span className="sk" style={style({ width: `${70 - index * 11}%` })} />
                </td>
              </tr>
            ))}
          {shown?.length === 0 && (
            <tr>
              <td className={styles.empty} colSpan={3}>
                {words.overview.nothing}
              </td>
            </tr>
          )}
          {shown?.map(row => (
            <tr key={row.key} style={style({ '--w': `${first === 0 ? 0 : (row.value / first) * 100}%` })}>
              <td className={styles.name} title={[row.name, row.detail, row.id].filter(Boolean).join(' · ')}>
                <div className={styles.nm}>
                  {row.condition === null ? (
                    <span className="ell">{row.name}</span>
                  ) : (
                    <ValueButton condition={row.condition} label={row.name} detail={row.id ?? row.detail}>
                      {row.condition.field === 'ip' && row.id === undefined ? <HostName address={row.name} /> : row.name}
                    </ValueButton>
                  )}
                  {row.detail !== undefined && <span className={styles.detail}>{row.detail}</span>}
                  {row.condition !== null && <PageLink condition={row.condition} label={row.name} />}
                </div>
              </td>
              <td className={styles.val}>
                <Figure of={format(row.value)} />
              </td>
              <td className={styles.pct}>{row.share === null ? '' : <Figure of={percent(row.share)} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}
