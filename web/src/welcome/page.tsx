/** The first day: which ports listen, what to type on an exporter, and a line that moves when the first datagram comes. */
import { useState, type KeyboardEvent, type ReactElement } from 'react'
import { usePipeline } from '../api/queries.ts'
import { live, useLive } from '../api/session.tsx'
import { Axes } from '../chart/axes.tsx'
import { marksFromZero } from '../chart/marks.ts'
import { valueTicks } from '../chart/ticks.ts'
import { secondMs } from '../api/sight.ts'
import { PlainBar, type BarActions } from '../shell/scope-bar.tsx'
import { Badge, Button } from '../ui/button.tsx'
import { copyText } from '../ui/copy.ts'
import { rate, span, whole } from '../ui/format.ts'
import { Icon } from '../ui/icon.tsx'
import { words } from '../words.ts'
import controls from '../ui/controls.module.css'
import { DEVICES } from './devices/catalog.ts'
import { filledText, isSampled, partsOf, type Device } from './devices/device.ts'
import styles from './welcome.module.css'

const WINDOW_MS = 75_000
const CURSOR = 0.64

/** The waiting line: datagrams a second since the page was opened; its end is now. */
function WaitingLine(): ReactElement {
  const { last } = useLive()
  const [opened] = useState(() => Date.now())
  const now = last === null ? opened : secondMs(last)
  const seconds = live.recent()
  const from = now - WINDOW_MS * CURSOR
  const to = from + WINDOW_MS
  const top = valueTicks(Math.max(10, ...seconds.map(second => second.datagrams)), 10).at(-1) ?? 10
  const point = (ms: number, value: number): string => `${(((ms - from) / WINDOW_MS) * 1000).toFixed(1)} ${(100 - (value / top) * 100).toFixed(1)}`
  const shown = seconds.filter(second => secondMs(second) >= from)
  const path =
    shown.length === 0
      ? 'M0 100H640'
      : `M0 100L${point(secondMs(shown[0] ?? seconds[0]!), shown[0]?.datagrams ?? 0)}${shown.map(second => `L${point(secondMs(second), second.datagrams)}`).join('')}`
  const height = last === null ? 100 : 100 - (last.datagrams / top) * 100
  const received = last?.books.received ?? 0
  const since = seconds[0] === undefined ? 0 : now - secondMs(seconds[0])
  return (
    <div className={styles.plot} role="img" aria-label={words.welcome.waitLabel}>
      <Axes from={from} to={to} marks={marksFromZero([0, top / 2, top], rate)} wanted={4} />
      <svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
        <path d={path} />
      </svg>
      <span className={styles.now} style={{ left: `${CURSOR * 100}%`, top: `${height}%` }} />
      <span className={styles.tag} style={{ left: `${CURSOR * 100}%`, top: `${height}%` }}>
        <b>{words.welcome.count(whole(received))}</b> {words.welcome.since(span(since))}
      </span>
    </div>
  )
}

function Ports({ received }: { readonly received: number }): ReactElement {
  const { data } = usePipeline(true, received)
  const listeners = data?.ledger?.listeners
  return (
    <table className={styles.ports}>
      <caption className="vh">{words.welcome.listening}</caption>
      <thead>
        <tr>
          <th scope="col">{words.welcome.listening}</th>
          <th scope="col">{words.welcome.takes}</th>
          <th scope="col">{words.welcome.datagrams}</th>
          <th scope="col">{words.welcome.state}</th>
        </tr>
      </thead>
      <tbody>
        {listeners === undefined && (
          <tr>
            <td colSpan={4} className="t3">
              {data === undefined ? words.loading : words.welcome.noPorts}
            </td>
          </tr>
        )}
        {listeners?.map(listener => (
          <tr key={`${listener.address} ${listener.port}`}>
            <td>udp/{listener.port}</td>
            <td className="t2">{words.welcome.any}</td>
            <td>{whole(listener.datagrams)}</td>
            <td>
              {listener.error === null || listener.error === undefined ? (
                <Badge tone="ok" icon="ok">
                  {words.welcome.open}
                </Badge>
              ) : (
                <Badge tone="warning" icon="warning" title={listener.error}>
                  {words.welcome.closed}
                </Badge>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The anchor of a device in docs/how-to/exporters.md, as the renderer makes it of its heading. */
const anchorOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')

function Snippet(): ReactElement {
  const [device, setDevice] = useState<Device>(() => DEVICES.find(({ id }) => id === 'junos') ?? DEVICES[0]!)
  const [wayName, setWayName] = useState('')
  const [host, setHost] = useState(() => window.location.hostname)
  const [sampling, setSampling] = useState('1000')
  const way = device.ways.find(each => each.name === wayName) ?? device.ways[0]
  const values = { host: host.trim() || window.location.hostname, rate: sampling.trim() || '1000' }
  const parts = partsOf(way, values)
  const title = `${device.name}, ${way.name}`
  const choose = (next: Device): void => {
    setDevice(next)
    setWayName('')
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' || event.key === 'ArrowRight' ? 1 : event.key === 'ArrowUp' || event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const next = DEVICES[(DEVICES.indexOf(device) + step + DEVICES.length) % DEVICES.length]
    if (next !== undefined) {
      choose(next)
      document.getElementById(`vendor-${next.id}`)?.focus()
    }
  }
  return (
    <section className={styles.snippet} aria-label={words.welcome.config}>
      <div className={styles.vendors} role="tablist" aria-label={words.welcome.vendors} aria-orientation="vertical" onKeyDown={onKeyDown}>
        {DEVICES.map(each => (
          <button
            key={each.id}
            id={`vendor-${each.id}`}
            type="button"
            role="tab"
            aria-selected={each === device}
            aria-controls="vendor-panel"
            tabIndex={each === device ? 0 : -1}
            onClick={() => choose(each)}
          >
            {each.name}
          </button>
        ))}
      </div>
      <div id="vendor-panel" role="tabpanel" aria-labelledby={`vendor-${device.id}`}>
        <div className={styles.line}>
          <h2 className="h2">{device.name}</h2>
          <span className="t3 small">{device.models}</span>
          <span className={styles.fields}>
            {device.ways.length > 1 && (
              <>
                <label className="small t3" htmlFor="way">
                  {words.welcome.sends}
                </label>
                <select id="way" className={`${controls.field} ${styles.way}`} value={way.name} onChange={event => setWayName(event.target.value)}>
                  {device.ways.map(each => (
                    <option key={each.name}>{each.name}</option>
                  ))}
                </select>
              </>
            )}
            <label className="small t3" htmlFor="sent-to">
              {words.welcome.sentTo}
            </label>
            <input id="sent-to" className={`${controls.field} ${styles.field}`} value={host} onChange={event => setHost(event.target.value)} />
            {isSampled(way) && (
              <>
                <label className="small t3" htmlFor="one-of">
                  {words.welcome.oneOf}
                </label>
                <input
                  id="one-of"
                  className={`${controls.field} ${styles.short}`}
                  inputMode="numeric"
                  value={sampling}
                  onChange={event => setSampling(event.target.value)}
                />
              </>
            )}
            <Button look="line" icon="copy" onClick={() => void copyText(filledText(way, values), title)}>
              {words.welcome.copy}
            </Button>
          </span>
        </div>
        <pre className={styles.code} tabIndex={0} role="region" aria-label={title}>
          {parts.map((part, index) =>
            part.kind === 'filled' ? <b key={index}>{part.text}</b> : part.kind === 'remark' ? <i key={index}>{part.text}</i> : part.text,
          )}
        </pre>
        <p className={`small t2 ${styles.after}`}>
          {way.check !== undefined && (
            <>
              {words.welcome.check} <span className="mono">{way.check}</span>.{' '}
            </>
          )}
          <a className="link" href={`/docs/how-to/exporters#${anchorOf(device.name)}`}>
            {words.welcome.notes}
          </a>
          . {words.welcome.nothing}{' '}
          <a className="link" href="/docs/how-to/exporters#does-it-arrive">
            {words.welcome.nothingLink}
          </a>
        </p>
      </div>
    </section>
  )
}

export function WelcomePage({ onShortcuts, onSignedOut, onMenu }: BarActions): ReactElement {
  const { last } = useLive()
  const received = last?.books.received ?? 0
  const steps = [
    ['done', words.welcome.steps.administrator],
    ['done', words.welcome.steps.listeners],
    ['now', words.welcome.steps.first],
    ['next', words.welcome.steps.done],
  ] as const
  return (
    <>
      <PlainBar onShortcuts={onShortcuts} onSignedOut={onSignedOut} onMenu={onMenu}>
        <ol className={styles.steps} aria-label={words.welcome.stepsLabel}>
          {steps.map(([state, name], index) => (
            <li key={name} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
              {state === 'done' ? <Icon name="ok" /> : <span className={styles.no}>{index + 1}</span>}
              {name}
            </li>
          ))}
        </ol>
      </PlainBar>
      <div className={styles.frame}>
        <div className={styles.head}>
          <h1>{words.welcome.title}</h1>
          <p className="t2">{received > 0 ? words.welcome.noDecoded : words.welcome.intro}</p>
        </div>
        <section className={styles.wait} aria-label={words.welcome.title}>
          <WaitingLine />
          <Ports received={received} />
        </section>
        <Snippet />
        <section className={styles.demo}>
          <div className="grow">
            <h2 className="h2">{words.welcome.demo}</h2>
            <p className="t3">{words.welcome.demoText}</p>
          </div>
          <code className={styles.command}>{words.welcome.demoCommand}</code>
          <Button look="line" icon="copy" onClick={() => void copyText(words.welcome.demoCommand)}>
            {words.welcome.copy}
          </Button>
        </section>
      </div>
    </>
  )
}
