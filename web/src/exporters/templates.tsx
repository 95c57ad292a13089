import { Fragment, type ReactElement } from 'react'
import { Badge } from '../ui/button.tsx'
import { count, join, span, volume } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { RuledTable } from '../ui/table.tsx'
import type { Domain, ExporterDetail, Template, TemplateChange, TemplateField } from './answers.ts'
import { Opener, Part, useOpen } from './part.tsx'
import { Ago, When } from './parts.tsx'
import { words } from './words.ts'
import styles from './exporters.module.css'

const COLUMNS = 8
const SHOWN = 4

/** What a template is about, by its fields: the columns it fills, or the names it begins with. */
function describe({ fields }: Template): string {
  const columns = [...new Set(fields.flatMap(field => field.column ?? []))]
  const names = columns.length > 0 ? columns : fields.map(field => field.name ?? field.element)
  return names.length > SHOWN ? `${names.slice(0, SHOWN).join(', ')} …` : names.join(', ')
}

/** The column a field fills, or what becomes of it. */
function ColumnOf({ field }: { readonly field: TemplateField }): ReactElement {
  if (field.column !== null) return <span className="mono">{field.column}</span>
  return field.skipped ? (
    <span className="t3">{words.noColumn}</span>
  ) : (
    <span className="t2" title={words.byRuleTitle}>
      {words.byRule}
    </span>
  )
}

/** Fields as the exporter declared them, in its order. `marks` says of each what a change made of it. */
export function Fields({
  fields,
  label,
  marks,
}: {
  readonly fields: readonly TemplateField[]
  readonly label: string
  readonly marks?: readonly (string | null)[]
}): ReactElement {
  return (
    <RuledTable inset label={label} className={styles.fields}>
      <thead>
        <tr>
          <th scope="col">{words.field}</th>
          <th scope="col">{words.name}</th>
          <th scope="col" className="num">
            {words.length}
          </th>
          <th scope="col">{words.column}</th>
        </tr>
      </thead>
      <tbody>
        {fields.map((field, index) => (
          // A template may hold an element twice: its place tells them apart.
          <tr key={index}>
            <td className="mono">
              {field.element}
              {field.scope && <span className="t3"> {words.scope}</span>}
            </td>
            <td>{field.name ?? <span className="warning">{words.notNamed}</span>}</td>
            <td className="num">{field.length ?? <span className="t3">{words.varies}</span>}</td>
            <td>
              <ColumnOf field={field} />
              {marks?.[index] !== undefined && marks[index] !== null && <span className="warning"> {marks[index]}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </RuledTable>
  )
}

function Line({ domain, template, now }: { readonly domain: Domain; readonly template: Template; readonly now: number }): ReactElement {
  const [open, toggle] = useOpen(`${domain.protocol}-${domain.transport}-${domain.id}-${template.id}`)
  return (
    <Fragment>
      <tr>
        <td>
          <Opener open={open} onToggle={toggle} label={words.fieldsOf(template.id)}>
            {template.id}
          </Opener>
        </td>
        <td className="t2">{words.kinds[template.kind]}</td>
        <td className="num t2">{domain.id}</td>
        <td className={styles.describes}>
          <div>
            <span className="ell">{describe(template)}</span>
            {template.redefined > 0 && <Badge tone="warning">{words.redefined(template.redefined)}</Badge>}
            {template.restored && <Badge>{words.restored}</Badge>}
          </div>
        </td>
        <td className="num">{template.fields.length}</td>
        <td className="num">
          <Figure of={count(template.records)} />
        </td>
        <td className="num t2">{template.refresh_ms === 0 ? words.once : span(template.refresh_ms)}</td>
        <td className="num t2">
          <Ago at={template.last_seen} now={now} />
        </td>
      </tr>
      {open && (
        <tr className={styles.inner}>
          <td colSpan={COLUMNS}>
            <Fields fields={template.fields} label={words.fieldsOf(template.id)} />
          </td>
        </tr>
      )}
    </Fragment>
  )
}

/** Templates of every domain; each opens to its fields. */
export function Templates({ detail }: { readonly detail: ExporterDetail }): ReactElement {
  const domains = detail.domain_details
  const held = domains.reduce((sum, domain) => sum + domain.templates.length, 0)
  const waiting = domains.reduce((sum, domain) => sum + domain.waiting.sets, 0)
  const waitingBytes = domains.reduce((sum, domain) => sum + domain.waiting.bytes, 0)
  const sub = (
    <>
      {words.held(String(held), String(waiting))}
      {waiting > 0 && <span className="warning"> · {words.waiting(String(waiting), join(volume(waitingBytes)))}</span>}
    </>
  )
  return (
    <Part title={words.templates} width={8} first sub={sub}>
      {held === 0 ? (
        <p className="t3">{words.noTemplates}</p>
      ) : (
        <RuledTable inset label={words.templates}>
          <thead>
            <tr>
              <th scope="col">{words.id}</th>
              <th scope="col">{words.kind}</th>
              <th scope="col" className="num">
                {words.domain}
              </th>
              <th scope="col">{words.describes}</th>
              <th scope="col" className="num">
                {words.fields}
              </th>
              <th scope="col" className="num">
                {words.records}
              </th>
              <th scope="col" className="num">
                {words.refresh_}
              </th>
              <th scope="col" className="num">
                {words.sent}
              </th>
            </tr>
          </thead>
          <tbody>
            {domains.flatMap(domain =>
              domain.templates.map(template => (
                <Line key={`${domain.protocol} ${domain.transport} ${domain.id} ${template.id}`} domain={domain} template={template} now={detail.at} />
              )),
            )}
          </tbody>
        </RuledTable>
      )}
    </Part>
  )
}

const key = (field: TemplateField): string => `${field.element} ${field.length ?? ''}`

/** Of each field, whether the other definition has it too. */
function marks(fields: readonly TemplateField[], other: readonly TemplateField[], mark: string): readonly (string | null)[] {
  const present = new Set(other.map(key))
  return fields.map(field => (present.has(key(field)) ? null : mark))
}

function Change({ change, now, index }: { readonly change: TemplateChange; readonly now: number; readonly index: number }): ReactElement {
  const [open, toggle] = useOpen(`change-${index}`)
  const name = words.change(change.template, `, ${words.ofDomain(String(change.domain))}`)
  return (
    <li>
      <div className={styles.changeLine}>
        <Opener open={open} onToggle={toggle} label={name}>
          {name}
        </Opener>
        {change.flip_flop && <Badge tone="warning">{words.flipFlop}</Badge>}
        {change.refused && <Badge>{words.refused}</Badge>}
        <span className="t3 small">
          <When at={change.at} now={now} />
          {change.count > 1 && words.changedAt('', change.count)}
        </span>
      </div>
      {open && (
        <div className={styles.both}>
          {(
            [
              [words.before, change.before, marks(change.before, change.after, words.gone)],
              [words.after, change.after, marks(change.after, change.before, words.added)],
            ] as const
          ).map(([label, fields, marked]) => (
            <div key={label}>
              <h3 className="small t3">{label}</h3>
              <Fields fields={fields} label={`${name}: ${label}`} marks={marked} />
            </div>
          ))}
        </div>
      )}
    </li>
  )
}

/** Definitions that took another's place, before and after. */
export function Changes({ detail }: { readonly detail: ExporterDetail }): ReactElement | null {
  if (detail.template_changes.length === 0) return null
  return (
    <Part title={words.changes} width={12} first sub={String(detail.template_changes.length)}>
      <ol>
        {detail.template_changes.map((change, index) => (
          <Change key={`${change.protocol} ${change.domain} ${change.template} ${change.at}`} change={change} index={index} now={detail.at} />
        ))}
      </ol>
    </Part>
  )
}
