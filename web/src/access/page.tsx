/** Users and API keys: who may look, and what may ask. The server decides; what it refuses is said. */
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactElement, type ReactNode } from 'react'
import { request } from '../api/client.ts'
import { useUser } from '../api/session.tsx'
import type { Account, ApiKey } from '../api/types.ts'
import { Button, Badge } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Dialog, toast } from '../ui/overlay.tsx'
import { Panel } from '../ui/panel.tsx'
import { RuledTable } from '../ui/table.tsx'
import { day, exactTime } from '../ui/format.ts'
import { words } from '../words.ts'
import shell from '../shell/shell.module.css'
import { KeyForm, PasswordForm, UserForm } from './forms.tsx'
import styles from './access.module.css'

function When({ at, absent = words.none }: { readonly at: number | null; readonly absent?: string }): ReactElement {
  return at === null ? (
    <span className="t3">{absent}</span>
  ) : (
    <span title={exactTime(at)}>
      {day(at)} {new Date(at).getFullYear()}
    </span>
  )
}

interface Doomed {
  readonly text: string
  readonly name: string
  readonly path: string
  readonly after: () => void
}

/** Asks once, by name, before something is gone. */
function Confirm({ doomed, onClose }: { readonly doomed: Doomed; readonly onClose: () => void }): ReactElement {
  const remove = async (): Promise<void> => {
    try {
      await request(doomed.path, { method: 'DELETE' })
      toast(words.access.removed(doomed.name))
      doomed.after()
    } catch (cause) {
      toast(cause instanceof Error ? cause.message : String(cause), true)
    }
    onClose()
  }
  return (
    <Dialog title={words.access.remove} onClose={onClose}>
      <p>{doomed.text}</p>
      <div className={styles.end}>
        <Button onClick={onClose}>{words.cancel}</Button>
        <Button look="danger" onClick={() => void remove()}>
          {words.access.remove}
        </Button>
      </div>
    </Dialog>
  )
}

interface SectionProps {
  readonly title: string
  readonly add: string
  readonly columns: readonly string[]
  readonly error: Error | null
  /** Said instead of an empty table. */
  readonly none: string | null
  readonly onAdd: () => void
  readonly children: ReactNode
}

/** A list that can be added to; the last column holds what removes a row. */
function Section({ title, add, columns, error, none, onAdd, children }: SectionProps): ReactElement {
  return (
    <Panel
      plain
      className={styles.section}
      title={title}
      tools={
        <Button look="line" icon="plus" onClick={onAdd}>
          {add}
        </Button>
      }
    >
      {error !== null && <Failure error={error} />}
      {none === null ? (
        <div className={styles.scroll}>
          <RuledTable inset label={title} className={styles.list}>
            <thead>
              <tr>
                {columns.map(column => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
                <th scope="col">
                  <span className="vh">{words.access.remove}</span>
                </th>
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </RuledTable>
        </div>
      ) : (
        <p className="t3">{none}</p>
      )}
    </Panel>
  )
}

function Remove({ doomed, onDelete }: { readonly doomed: Doomed; readonly onDelete: (doomed: Doomed) => void }): ReactElement {
  return (
    <Button look="line" aria-label={`${words.access.remove} ${doomed.name}`} onClick={() => onDelete(doomed)}>
      {words.access.remove}
    </Button>
  )
}

interface ListProps {
  readonly onDelete: (doomed: Doomed) => void
}

function Users({ onDelete }: ListProps): ReactElement {
  const self = useUser()
  const users = useQuery({
    queryKey: ['users'],
    queryFn: async ({ signal }) => (await request<{ readonly users: readonly Account[] }>('/users', { signal })).users,
  })
  const [adding, setAdding] = useState(false)
  const after = (): void => void users.refetch()
  return (
    <>
      <Section
        title={words.access.users}
        add={words.access.addUser}
        columns={[words.access.name, words.access.role, words.access.lastUsed]}
        error={users.error}
        none={null}
        onAdd={() => setAdding(true)}
      >
        {users.data?.map(({ name, role, last_login_at: at }) => (
          <tr key={name}>
            <td>
              {name} {name === self.name && <Badge>{words.access.self}</Badge>}
            </td>
            <td className="t2">{words.access.roles[role]}</td>
            <td>
              <When at={at} />
            </td>
            <td>
              {name !== self.name && (
                <Remove onDelete={onDelete} doomed={{ text: words.access.removeUser(name), name, path: `/users/${encodeURIComponent(name)}`, after }} />
              )}
            </td>
          </tr>
        ))}
      </Section>
      {adding && <UserForm onClose={() => setAdding(false)} onDone={after} />}
    </>
  )
}

function Keys({ onDelete }: ListProps): ReactElement {
  const keys = useQuery({ queryKey: ['keys'], queryFn: async ({ signal }) => (await request<{ readonly keys: readonly ApiKey[] }>('/keys', { signal })).keys })
  const [adding, setAdding] = useState(false)
  const after = (): void => void keys.refetch()
  return (
    <>
      <Section
        title={words.access.keys}
        add={words.access.addKey}
        columns={[words.access.name, words.access.owner, words.access.role, words.access.lastUsed, words.access.expires]}
        error={keys.error}
        none={keys.data?.length === 0 ? words.access.noKeys : null}
        onAdd={() => setAdding(true)}
      >
        {keys.data?.map(({ id, name, hint, owner, role, last_used_at: used, expires_at: expires }) => (
          <tr key={id}>
            <td>
              {name} <span className="mono t3">{hint}…</span>
            </td>
            <td className="t2">{owner}</td>
            <td className="t2">{words.access.roles[role]}</td>
            <td>
              <When at={used} absent={words.access.never} />
            </td>
            <td>
              <When at={expires} absent={words.access.never} />
            </td>
            <td>
              <Remove onDelete={onDelete} doomed={{ text: words.access.removeKey(name), name, path: `/keys/${id}`, after }} />
            </td>
          </tr>
        ))}
      </Section>
      {adding && <KeyForm onClose={() => setAdding(false)} onDone={after} />}
    </>
  )
}

export function AccessPage(): ReactElement {
  const { role } = useUser()
  const [doomed, setDoomed] = useState<Doomed | null>(null)
  const [changing, setChanging] = useState(false)
  return (
    <div>
      <div className={shell.head}>
        <h1>{words.access.title}</h1>
        <div className={shell.tools}>
          <Button look="line" icon="key" onClick={() => setChanging(true)}>
            {words.access.ownPassword}
          </Button>
        </div>
      </div>
      {role === 'admin' && <Users onDelete={setDoomed} />}
      <Keys onDelete={setDoomed} />
      {changing && <PasswordForm onClose={() => setChanging(false)} />}
      {doomed !== null && <Confirm doomed={doomed} onClose={() => setDoomed(null)} />}
    </div>
  )
}
