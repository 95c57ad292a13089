import type { ButtonHTMLAttributes, ReactElement, ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import styles from './controls.module.css'

export type ButtonLook = 'plain' | 'line' | 'prime' | 'danger'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: ButtonLook
  readonly icon?: IconName
  readonly tight?: boolean
  readonly big?: boolean
}

const join = (...names: readonly (string | false | undefined)[]): string => names.filter(Boolean).join(' ')

/** Classes of a button, for links that look like one. */
export function buttonClass(look: ButtonLook = 'plain', options: { readonly icon?: boolean; readonly tight?: boolean; readonly big?: boolean } = {}): string {
  return join(styles.btn, look !== 'plain' && styles[look], options.icon && styles.icon, options.tight && styles.tight, options.big && styles.big)
}

/** A button of the design system; with an icon and no words it needs an `aria-label`. */
export function Button({ look = 'plain', icon, tight = false, big = false, className, children, type = 'button', ...rest }: ButtonProps): ReactElement {
  const bare = children === undefined || children === null
  return (
    <button
      {...rest}
      type={type}
      className={join(buttonClass(look, { icon: bare, tight, big }), className)}
      title={rest.title ?? (bare ? rest['aria-label'] : undefined)}
    >
      {icon !== undefined && <Icon name={icon} small={!bare || tight} />}
      {children}
    </button>
  )
}

export type Tone = 'plain' | 'critical' | 'warning' | 'ok' | 'notice'

/** One or two words of state. */
export function Badge({
  tone = 'plain',
  icon,
  title,
  children,
}: {
  readonly tone?: Tone
  readonly icon?: IconName
  readonly title?: string
  readonly children: ReactNode
}): ReactElement {
  return (
    <span className={styles.badge} data-tone={tone} title={title}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </span>
  )
}

/** A key of the keyboard. */
export function Kbd({ children }: { readonly children: ReactNode }): ReactElement {
  return <kbd className={styles.kbd}>{children}</kbd>
}

/** A line that says what is wrong and what to do, beside what it concerns. */
export function Note({ tone = 'warning', children }: { readonly tone?: 'warning' | 'critical'; readonly children: ReactNode }): ReactElement {
  return (
    <div className={styles.note} data-tone={tone} role={tone === 'critical' ? 'alert' : 'status'}>
      <Icon name={tone} />
      <div className="grow">{children}</div>
    </div>
  )
}
