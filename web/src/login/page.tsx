import { useEffect, useRef, useState, type FormEvent, type ReactElement } from 'react'
import { ApiError, request } from '../api/client.ts'
import { Button } from '../ui/button.tsx'
import { Icon, Mark } from '../ui/icon.tsx'
import { words } from '../words.ts'
import { Art } from './art.tsx'
import styles from './login.module.css'

/** Sign-in: pasting and password managers work, an error keeps what was typed. */
export function LoginPage({ onSignedIn }: { readonly onSignedIn: () => void }): ReactElement {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [shown, setShown] = useState(false)
  const [error, setError] = useState('')
  const [busy, setBusy] = useState(false)
  const first = useRef<HTMLInputElement>(null)
  const secret = useRef<HTMLInputElement>(null)
  useEffect(() => {
    document.title = words.title(words.login.title)
    first.current?.focus()
  }, [])

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError('')
    try {
      await request('/session', { method: 'POST', body: { name, password }, open: true })
      onSignedIn()
    } catch (cause) {
      setError(cause instanceof ApiError ? (cause.code === 'FL_ACCESS_LOGIN' ? words.login.failed : `${cause.message} ${cause.help}`.trim()) : String(cause))
      secret.current?.select()
    } finally {
      setBusy(false)
    }
  }
  return (
    <main className={styles.login}>
      <section className={styles.form} aria-label={words.login.title}>
        <div className={styles.brand}>
          <Mark />
          {words.product}
        </div>
        <form onSubmit={event => void submit(event)}>
          <h1>{words.login.title}</h1>
          <p className={styles.host}>{window.location.hostname}</p>
          {error !== '' && (
            <p className={styles.error} role="alert" id="login-error">
              <Icon name="critical" />
              <span>{error}</span>
            </p>
          )}
          <label htmlFor="login-name">{words.login.name}</label>
          <input
            id="login-name"
            ref={first}
            name="username"
            autoComplete="username"
            required
            autoCapitalize="none"
            spellCheck={false}
            value={name}
            onChange={event => setName(event.target.value)}
          />
          <label htmlFor="login-password">{words.login.password}</label>
          <div className={styles.pw}>
            <input
              id="login-password"
              ref={secret}
              name="password"
              type={shown ? 'text' : 'password'}
              autoComplete="current-password"
              required
              value={password}
              aria-describedby={error === '' ? undefined : 'login-error'}
              onChange={event => setPassword(event.target.value)}
            />
            <Button icon="eye" aria-label={shown ? words.login.hide : words.login.show} aria-pressed={shown} onClick={() => setShown(!shown)} />
          </div>
          <Button look="prime" big type="submit" disabled={busy}>
            {words.login.submit}
          </Button>
        </form>
        <p className={styles.foot}>
          <span>{words.product}</span>
          <a className="link" href="/docs">
            {words.login.help}
          </a>
        </p>
      </section>
      <Art />
    </main>
  )
}
