import { numberOf, textOf } from '../api/cells.ts'
import type { ReactElement, ReactNode } from 'react'
import { MEASURED_GROUPS, serviceName, type Column } from '../../../src/schema/index.ts'
import type { FlowRow } from '../api/types.ts'
import { bitRate, clockSeconds, duration, exactTime, rate, shortCount, significant, volume, whole } from '../ui/format.ts'
import { HostName } from '../ui/host-name.tsx'
import { Figure } from '../ui/measure.tsx'
import { words } from '../words.ts'
import { flagLetters, isAbsent, isInterface, protocolText, shownValue, valueWords } from './columns.ts'

/** False for a quality value that was not measured in this row: then 0 means nothing. */
export function wasMeasured(column: Column, row: FlowRow): boolean {
  if (column.measured === undefined) return true
  if (row[column.name] === null) return false
  const bits = row['measured']
  return typeof bits !== 'number' || (bits & (1 << MEASURED_GROUPS.indexOf(column.measured))) !== 0
}

const NAMES: Readonly<Record<string, readonly [port: string, name: string]>> = {
  src: ['src_port', 'src_name'],
  dst: ['dst_port', 'dst_name'],
  exporter: ['', 'exporter_name'],
}

function Address({ column, row, ports }: { readonly column: Column; readonly row: FlowRow; readonly ports: boolean }): ReactElement {
  const beside = NAMES[column.name]
  const name = beside === undefined ? '' : textOf(row[beside[1]])
  const port = beside === undefined ? 0 : numberOf(row[beside[0]])
  return (
    <>
      {name === '' ? <HostName address={textOf(row[column.name])} /> : <span className="ell">{name}</span>}
      {ports && port !== 0 && (
        <span className="t3" title={serviceName(port)}>
          :{port}
        </span>
      )}
    </>
  )
}

/** An interface by its name, with its index in grey; by the index alone where nobody named it. */
function InterfaceName({ index, name }: { readonly index: string; readonly name: string }): ReactElement {
  return name === '' ? (
    <span className="ell">{index}</span>
  ) : (
    <span className="ell" title={`${name} · ${index}`}>
      {name} <span className="t3">{index}</span>
    </span>
  )
}

/** The unit a number of this column is drawn with. */
function Quantity({ column, value }: { readonly column: Column; readonly value: number }): ReactElement {
  switch (column.unit) {
    case 'bytes':
      return <Figure of={volume(value)} />
    case 'packets':
    case 'flows':
      return <Figure of={shortCount(value)} />
    case 'bit/s':
      return <Figure of={bitRate(value)} />
    case 'packets/s':
      return <Figure of={rate(value)} />
    case 'µs':
      return <Figure of={duration(value)} />
    case 'ms':
      return <Figure of={duration(value * 1000)} />
    case '%':
      return <Figure of={{ value: significant(value), unit: '%' }} />
    case undefined:
      return <>{Number.isInteger(value) ? whole(value) : significant(value)}</>
    default:
      return column.unit satisfies never
  }
}

/** A value of a flow as a person reads it; a dash where there is none or it was not measured. */
export function FlowValue({
  column,
  row,
  asSent = false,
  ports = false,
}: {
  readonly column: Column
  readonly row: FlowRow
  readonly asSent?: boolean
  readonly ports?: boolean
}): ReactNode {
  const value = shownValue(column, row, asSent)
  if (!wasMeasured(column, row))
    return (
      <span className="t3" title={words.notMeasured}>
        {words.none}
      </span>
    )
  if (isAbsent(column, value)) return <span className="t3">{words.none}</span>
  if (isInterface(column)) return <InterfaceName index={textOf(value)} name={textOf(row[`${column.name}_name`])} />
  switch (column.kind) {
    case 'time': {
      const at = typeof value === 'number' ? value : Date.parse(textOf(value))
      return <span title={exactTime(at)}>{clockSeconds(at)}</span>
    }
    case 'ip':
      return <Address column={column} row={row} ports={ports} />
    case 'proto':
      return protocolText(value)
    case 'flags':
      return <span className="mono">{flagLetters(numberOf(value))}</span>
    case 'bool':
      return value === true || value === 1 ? 'yes' : 'no'
    case 'count':
    case 'duration':
    case 'real':
    case 'bits':
    case 'rate':
      // An identifier is never grouped or shortened, though it is as wide as a counter.
      return column.role === 'dimension' && column.unit === undefined ? textOf(value) : <Quantity column={column} value={numberOf(value)} />
    case 'as':
      return `AS${textOf(value).replace(/^AS/i, '')}`
    case 'octet': {
      const said = valueWords(column, row)
      return (
        <span className="ell" title={said === '' ? undefined : `${said} (${textOf(value)})`}>
          {said === '' ? textOf(value) : said}
        </span>
      )
    }
    case 'port': {
      const name = valueWords(column, row)
      return (
        <span className="ell" title={name === '' ? undefined : `${textOf(value)} ${name}`}>
          {textOf(value)}
          {name !== '' && <span className="t3"> {name}</span>}
        </span>
      )
    }
    case 'mac':
    case 'id':
    case 'text':
    case 'country':
      return <span className="ell">{textOf(value)}</span>
    default:
      return column.kind satisfies never
  }
}

/** What is copied or read out for a value: exact, without units. */
export function plainValue(column: Column, row: FlowRow): string {
  const value = shownValue(column, row, false)
  if (column.kind === 'proto') return protocolText(value)
  if (column.kind === 'flags') return flagLetters(numberOf(value))
  const said = column.kind === 'octet' || column.kind === 'port' ? valueWords(column, row) : ''
  return said === '' ? textOf(value) : `${textOf(value)} ${said}`
}
