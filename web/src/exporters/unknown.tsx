import { Fragment, type ReactElement } from 'react'
import { Button } from '../ui/button.tsx'
import { copyText } from '../ui/copy.ts'
import { count } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { RuledTable } from '../ui/table.tsx'
import type { ExporterDetail, UnknownElement } from './answers.ts'
import { guess, hexadecimal, mappingYaml } from './map-element.ts'
import { Opener, Part, useOpen } from './part.tsx'
import { words } from './words.ts'
import styles from './exporters.module.css'

const COLUMNS = 5
/** The length of a field whose values say theirs themselves (RFC 7011 §7). */
const VARIES = 65_535
/** What there is to do about comes first. */
const KINDS: readonly UnknownElement['kind'][] = ['unknown', 'unused', 'structure', 'structural']

function Element({ address, unknown }: { readonly address: string; readonly unknown: UnknownElement }): ReactElement {
  const [open, toggle] = useOpen(`element-${unknown.element.replaceAll('/', '-')}`)
  const yaml = mappingYaml(address, unknown)
  const canMap = unknown.kind === 'unknown' || unknown.kind === 'unused'
  const guessed = guess(unknown.sample)
  return (
    <Fragment>
      <tr>
        <td>
          <Opener open={open} onToggle={toggle} label={words.map(unknown.element)}>
            <span className="mono">{unknown.element}</span>
          </Opener>
        </td>
        <td>
          {unknown.name ?? <span className="warning">{words.notNamed}</span>} <span className="t3 small">{words.kindsOfElement[unknown.kind]}</span>
        </td>
        <td className="num">{unknown.length === VARIES ? <span className="t3">{words.varies}</span> : unknown.length}</td>
        <td className={styles.sample}>
          {unknown.sample === null ? (
            <span className="t3">—</span>
          ) : (
            <>
              <span className="mono">{hexadecimal(unknown.sample)}</span>
              {guessed !== null && <span className="t3"> {guessed}</span>}
            </>
          )}
        </td>
        <td className="num">
          <Figure of={count(unknown.records)} />
        </td>
      </tr>
      {open && (
        <tr className={styles.inner}>
          <td colSpan={COLUMNS}>
            {canMap ? (
              <>
                <p className="small t2">
                  {words.unknownHint}{' '}
                  <a className="link" href="/docs/how-to/custom-fields">
                    {words.customFields}
                  </a>
                </p>
                <div className={styles.paste}>
                  <pre tabIndex={0} role="region" aria-label={words.yaml}>
                    {yaml}
                  </pre>
                  <Button look="line" icon="copy" onClick={() => void copyText(yaml, words.yaml)}>
                    {words.copy}
                  </Button>
                </div>
              </>
            ) : (
              <p className="small t2">{unknown.kind === 'structure' ? words.structureHint : words.structuralHint}</p>
            )}
            {unknown.templates.length > 0 && <p className="small t3">{words.inTemplates(unknown.templates.join(', '))}</p>}
          </td>
        </tr>
      )}
    </Fragment>
  )
}

/** Elements no column takes, with a value as it came and what to configure so that it is kept. */
export function Unknown({ detail }: { readonly detail: ExporterDetail }): ReactElement {
  const list = detail.unknown_elements.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || b.records - a.records)
  return (
    <Part title={words.unknown} width={8} first {...(list.length > 0 ? { sub: String(list.length) } : {})}>
      {list.length === 0 ? (
        <p className="t3">{words.unknownNone}</p>
      ) : (
        <RuledTable inset label={words.unknown}>
          <thead>
            <tr>
              <th scope="col">{words.field}</th>
              <th scope="col">{words.name}</th>
              <th scope="col" className="num">
                {words.length}
              </th>
              <th scope="col">{words.sample}</th>
              <th scope="col" className="num">
                {words.records}
              </th>
            </tr>
          </thead>
          <tbody>
            {list.map(unknown => (
              <Element key={unknown.element} address={detail.address} unknown={unknown} />
            ))}
          </tbody>
        </RuledTable>
      )}
    </Part>
  )
}
