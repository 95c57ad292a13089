/** Users and API keys: who may look, and what may ask. The server decides; what it refuses is said. */
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { request } from '../api/client.ts'
import { useUser } from '../api/session.tsx'
import type { Account, ApiKey } from '../api/types.ts'
import { Button, Badge } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Dialog, toast } from '../ui/overlay.tsx'
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

function Users({ onDelete }: { readonly onDelete: (doomed: Doomed) => void }): ReactElement {
  const self = useUser()
  const users = useQuery({
    queryKey: ['users'],
    queryFn: async ({ signal }) => (await request<{ readonly users: readonly Account[] }>('/users', { signal })).users,
  })
  const [adding, setAdding] = useState(false)
  return (
    <section className={styles.section}>
      <header>
        <h2 className="h2">{words.access.users}</h2>
        <Button look="line" icon="plus" onClick={() => setAdding(true)}>
          {words.access.addUser}
        </Button>
      </header>
      {users.error !== null && <Failure error={users.error} />}
      <div className={styles.scroll}>
        <table className={styles.table}>
          <caption className="vh">{words.access.users}</caption>
          <thead>
            <tr>
              <th scope="col">{words.access.name}</th>
              <th scope="col">{words.access.role}</th>
              <th scope="col">{words.access.lastUsed}</th>
              <th scope="col">
                <span className="vh">{words.access.remove}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {users.data?.map(user => (
              <tr key={user.name}>
                <td>
                  {user.name} {user.name === self.name && <Badge>{words.access.self}</Badge>}
                </td>
                <td className="t2">{words.access.roles[user.role]}</td>
                <td>
                  <When at={user.last_login_at} />
                </td>
                <td>
                  {user.name !== self.name && (
                    <Button
                      look="line"
                      aria-label={`${words.access.remove} ${user.name}`}
                      onClick={() =>
                        onDelete({
                          text: words.access.removeUser(user.name),
                          name: user.name,
                          path: `/users/${encodeURIComponent(user.name)}`,
                          after: () => void users.refetch(),
                        })
                      }
                    >
                      {words.access.remove}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {adding && <UserForm onClose={() => setAdding(false)} onDone={() => void users.refetch()} />}
    </section>
  )
}

function Keys({ onDelete }: { readonly onDelete: (doomed: Doomed) => void }): ReactElement {
  const keys = useQuery({ queryKey: ['keys'], queryFn: async ({ signal }) => (await request<{ readonly keys: readonly ApiKey[] }>('/keys', { signal })).keys })
  const [adding, setAdding] = useState(false)
  return (
    <section className={styles.section}>
      <header>
        <h2 className="h2">{words.access.keys}</h2>
        <Button look="line" icon="plus" onClick={() => setAdding(true)}>
          {words.access.addKey}
        </Button>
      </header>
      {keys.error !== null && <Failure error={keys.error} />}
      {keys.data?.length === 0 ? (
        <p className="t3">{words.access.noKeys}</p>
      ) : (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <caption className="vh">{words.access.keys}</caption>
            <thead>
              <tr>
                <th scope="col">{words.access.name}</th>
                <th scope="col">{words.access.owner}</th>
                <th scope="col">{words.access.role}</th>
                <th scope="col">{words.access.lastUsed}</th>
                <th scope="col">{words.access.expires}</th>
                <th scope="col">
                  <span className="vh">{words.access.remove}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.data?.map(key => (
                <tr key={key.id}>
                  <td>
                    {key.name} <span className="mono t3">{key.hint}…</span>
                  </td>
                  <td className="t2">{key.owner}</td>
                  <td className="t2">{words.access.roles[key.role]}</td>
                  <td>
                    <When at={key.last_used_at} absent={words.access.never} />
                  </td>
                  <td>
                    <When at={key.expires_at} absent={words.access.never} />
                  </td>
                  <td>
                    <Button
                      look="line"
                      aria-label={`${words.access.remove} ${key.name}`}
                      onClick={() =>
                        onDelete({ text: words.access.removeKey(key.name), name: key.name, path: `/keys/${key.id}`, after: () => void keys.refetch() })
                      }
                    >
                      {words.access.remove}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {adding && <KeyForm onClose={() => setAdding(false)} onDone={() => void keys.refetch()} />}
    </section>
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
