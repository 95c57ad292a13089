import { useMemo, type ReactElement } from 'react'
import { changeScope, useScope } from '../address/location.ts'
import { useInterfaces } from '../api/queries.ts'
import type { LiveInterface } from '../api/types.ts'
import type { RangeMs } from '../address/time.ts'
import { conditionText } from '../filter/language.ts'
import { ValueButton } from '../filter/value.tsx'
import { bitRate, join } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { Failure } from '../ui/failure.tsx'
import { style } from '../ui/style.ts'
import { words as common } from '../words.ts'
import { RuledTable } from '../ui/table.tsx'
import { useSpeeds, type ExporterDetail, type NamedInterface } from './answers.ts'
import { InterfaceCounters, ofSpeed } from './counters.tsx'
import { Opener, Part } from './part.tsx'
import { words } from './words.ts'
import styles from './exporters.module.css'

/** Rows of the table; a chassis with more shows its busiest, and the rest by the filter. */
const LIMIT = 100

interface Line {
  readonly index: number
  readonly name: string
  readonly description: string
  readonly inward: number
  readonly outward: number
}

/** Interfaces that options named and those of flows as one list, the busiest first. */
function merge(named: readonly NamedInterface[], busy: readonly LiveInterface[]): readonly Line[] {
  const lines = new Map<number, Line>(named.map(({ index, name, description }) => [index, { index, name, description, inward: 0, outward: 0 }]))
  for (const { if: index, name, in_bps: inward, out_bps: outward } of busy) {
    const known = lines.get(index)
    lines.set(index, { index, name: known?.name || name, description: known?.description ?? '', inward, outward })
  }
  return [...lines.values()].toSorted((a, b) => b.inward + b.outward - a.inward - a.outward || a.index - b.index)
}

/** In and out in percent of the speed, mirrored about the middle; a dash where nothing tells the speed. */
function Use({ line, speed }: { readonly line: Line; readonly speed: number | undefined }): ReactElement {
  if (speed === undefined)
    return (
      <span className="t3" title={words.noSpeed}>
        {common.none}
      </span>
    )
  const [inward, outward] = [(line.inward / speed) * 100, (line.outward / speed) * 100]
  const shown = [inward, outward].map(share => join(ofSpeed(share)))
  return (
    <span className={styles.use} title={`${words.useText(shown[0] ?? '', shown[1] ?? '')} · ${words.speed(join(bitRate(speed)))}`}>
      <span>{shown[0]}</span>
      <span className={styles.useBar} style={style({ '--in': `${Math.min(100, inward)}%`, '--out': `${Math.min(100, outward)}%` })} aria-hidden="true" />
      <span>{shown[1]}</span>
    </span>
  )
}

interface InterfacesProps {
  readonly detail: ExporterDetail
  readonly range: { readonly from: string; readonly to: string }
  /** The same in milliseconds. */
  readonly rangeMs: RangeMs
  readonly mark: number
}

/** Interfaces with what flows say of them; one at a time opens to its counters. */
export function Interfaces({ detail, range, rangeMs, mark }: InterfacesProps): ReactElement {
  const [scope] = useScope()
  const filter = conditionText({ field: 'exporter', value: detail.address })
  const { data, error } = useInterfaces({ ...range, filter, limit: LIMIT }, mark, true)
  const speeds = useSpeeds(detail.address, rangeMs, mark)
  const lines = useMemo(() => merge(detail.interfaces, data?.rows ?? []).slice(0, LIMIT), [detail.interfaces, data])
  const chosen = lines.find(line => String(line.index) === scope.interface)
  const nameOf = (line: Line): string => (line.name === '' ? `if ${line.index}` : line.name)
  return (
    <Part title={words.interfaces} width={12} first sub={words.seenNamed(String(lines.length), String(lines.filter(line => line.name !== '').length))}>
      {error !== null && <Failure error={error} />}
      {scope.interface !== '' && (
        <InterfaceCounters
          key={scope.interface}
          address={detail.address}
          index={scope.interface}
          name={chosen === undefined ? `if ${scope.interface}` : nameOf(chosen)}
          speed={speeds.get(Number(scope.interface)) ?? null}
          range={range}
          mark={mark}
        />
      )}
      {lines.length === 0 ? (
        <p className="t3">{words.noInterfaces}</p>
      ) : (
        <RuledTable inset label={words.interfaces}>
          <thead>
            <tr>
              <th scope="col">{words.id}</th>
              <th scope="col">{words.interface}</th>
              <th scope="col">{words.description}</th>
              <th scope="col" className="num">
                {words.in}
              </th>
              <th scope="col" className="num">
                {words.out}
              </th>
              <th scope="col" title={words.useTitle}>
                {words.use}
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map(line => {
              const open = String(line.index) === scope.interface
              return (
                <tr key={line.index} className={open ? styles.chosen : undefined}>
                  <td>
                    <Opener
                      open={open}
                      label={words.showCounters(line.index, nameOf(line))}
                      onToggle={() => changeScope({ interface: open ? '' : String(line.index) }, { replace: true })}
                    >
                      {line.index}
                    </Opener>
                  </td>
                  <td>
                    <ValueButton
                      className={styles.value}
                      condition={{ field: 'if', value: String(line.index), and: { field: 'exporter', value: detail.address } }}
                      label={nameOf(line)}
                      detail={`${words.interface} ${line.index}`}
                    >
                      {nameOf(line)}
                    </ValueButton>
                  </td>
                  <td className="t2">{line.description}</td>
                  <td className="num">
                    <Figure of={bitRate(line.inward)} />
                  </td>
                  <td className="num">
                    <Figure of={bitRate(line.outward)} />
                  </td>
                  <td>
                    <Use line={line} speed={speeds.get(line.index)} />
                  </td>
                </tr>
              )
            })}
          </tbody>
        </RuledTable>
      )}
    </Part>
  )
}
