import { useId, useState, type FormEvent, type ReactElement, type ReactNode } from 'react'
import { ApiError, request } from '../api/client.ts'
import { ROLES, type ApiKey, type Role } from '../api/types.ts'
import { useUser } from '../api/session.tsx'
import { Button } from '../ui/button.tsx'
import { copyText } from '../ui/copy.ts'
import { Dialog, toast } from '../ui/overlay.tsx'
import { words } from '../words.ts'
import controls from '../ui/controls.module.css'
import styles from './access.module.css'

interface FormProps {
  readonly onClose: () => void
  readonly onDone: () => void
}

const messageOf = (cause: unknown): string => (cause instanceof ApiError ? `${cause.message} ${cause.help}`.trim() : String(cause))

interface Sending {
  readonly error: string
  readonly busy: boolean
  readonly submit: (event: FormEvent) => void
}

/** What every form does when it is sent: asks once, and says what was refused. */
function useSending(send: () => Promise<void>): Sending {
  const [error, setError] = useState('')
  const [busy, setBusy] = useState(false)
  const run = async (): Promise<void> => {
    setBusy(true)
    try {
      await send()
    } catch (cause) {
      setError(messageOf(cause))
    } finally {
      setBusy(false)
    }
  }
  return {
    error,
    busy,
    submit: event => {
      event.preventDefault()
      void run()
    },
  }
}

function Field({ label, hint, children }: { readonly label: string; readonly hint?: string; readonly children: (id: string) => ReactNode }): ReactElement {
  const id = useId()
  return (
    <div>
      <label className={controls.label} htmlFor={id}>
        {label}
        {hint !== undefined && <span className="t3"> · {hint}</span>}
      </label>
      {children(id)}
    </div>
  )
}

function RoleField({ role, onRole, upTo }: { readonly role: Role; readonly onRole: (role: Role) => void; readonly upTo: Role }): ReactElement {
  const allowed = ROLES.slice(0, ROLES.indexOf(upTo) + 1)
  return (
    <Field label={words.access.role}>
      {id => (
        <select id={id} className={controls.field} value={role} onChange={event => onRole(allowed.find(each => each === event.target.value) ?? 'viewer')}>
          {allowed.map(each => (
            <option key={each} value={each}>
              {words.access.roles[each]}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

interface FrameProps {
  readonly sending: Sending
  readonly submit: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** The frame of a form: its fields, what was refused, and two buttons. */
function Form({ sending: { error, busy, submit: onSubmit }, submit, onClose, children }: FrameProps): ReactElement {
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      {children}
      {error !== '' && (
        <p className="critical" role="alert">
          {error}
        </p>
      )}
      <div className={styles.end}>
        <Button onClick={onClose}>{words.cancel}</Button>
        <Button look="prime" type="submit" disabled={busy}>
          {submit}
        </Button>
      </div>
    </form>
  )
}

/** Adds a user. */
export function UserForm({ onClose, onDone }: FormProps): ReactElement {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const sending = useSending(async () => {
    await request('/users', { method: 'POST', body: { name, password, role } })
    onDone()
    onClose()
  })
  return (
    <Dialog title={words.access.addUser} onClose={onClose}>
      <Form sending={sending} submit={words.access.addUser} onClose={onClose}>
        <Field label={words.access.name}>
          {id => (
            <input
              id={id}
              className={controls.field}
              required
              autoComplete="off"
              spellCheck={false}
              value={name}
              onChange={event => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label={words.access.password}>
          {id => (
            <input
              id={id}
              className={controls.field}
              type="password"
              required
              autoComplete="new-password"
              value={password}
              onChange={event => setPassword(event.target.value)}
            />
          )}
        </Field>
        <RoleField role={role} onRole={setRole} upTo="admin" />
      </Form>
    </Dialog>
  )
}

/** Makes an API key and shows its secret this once. */
export function KeyForm({ onClose, onDone }: FormProps): ReactElement {
  const user = useUser()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [days, setDays] = useState('90')
  const [secret, setSecret] = useState('')
  const sending = useSending(async () => {
    const made = await request<{ readonly key: ApiKey; readonly secret: string }>('/keys', {
      method: 'POST',
      body: { name, role, ...(days === '' ? {} : { expires: `now+${days}d` }) },
    })
    setSecret(made.secret)
    onDone()
  })
  return (
    <Dialog title={words.access.addKey} onClose={onClose}>
      {secret === '' ? (
        <Form sending={sending} submit={words.access.addKey} onClose={onClose}>
          <Field label={words.access.name}>
            {id => (
              <input
                id={id}
                className={controls.field}
                required
                maxLength={64}
                autoComplete="off"
                value={name}
                onChange={event => setName(event.target.value)}
              />
            )}
          </Field>
          <RoleField role={role} onRole={setRole} upTo={user.role} />
          <Field label={words.access.days} hint={words.access.daysHint}>
            {id => (
              <input id={id} className={controls.field} inputMode="numeric" pattern="[0-9]{0,4}" value={days} onChange={event => setDays(event.target.value)} />
            )}
          </Field>
        </Form>
      ) : (
        <div className={styles.form}>
          <p>{words.access.secret}</p>
          <div className={styles.secret}>
            <span className="grow">{secret}</span>
            <Button look="line" icon="copy" onClick={() => void copyText(secret, words.access.keys)}>
              {words.access.copy}
            </Button>
          </div>
          <div className={styles.end}>
            <Button look="prime" onClick={onClose}>
              {words.close}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  )
}

/** Changes one's own password; other sessions end. */
export function PasswordForm({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const sending = useSending(async () => {
    await request('/me', { method: 'PATCH', body: { current_password: current, password: next }, open: true })
    toast(words.access.passwordChanged)
    onClose()
  })
  return (
    <Dialog title={words.access.ownPassword} onClose={onClose}>
      <Form sending={sending} submit={words.access.ownPassword} onClose={onClose}>
        <Field label={words.access.currentPassword}>
          {id => (
            <input
              id={id}
              className={controls.field}
              type="password"
              required
              autoComplete="current-password"
              value={current}
              onChange={event => setCurrent(event.target.value)}
            />
          )}
        </Field>
        <Field label={words.access.newPassword}>
          {id => (
            <input
              id={id}
              className={controls.field}
              type="password"
              required
              autoComplete="new-password"
              value={next}
              onChange={event => setNext(event.target.value)}
            />
          )}
        </Field>
      </Form>
    </Dialog>
  )
}
