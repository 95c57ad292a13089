import type { ReactElement } from 'react'
import { useHref, go } from '../address/location.ts'
import { request } from '../api/client.ts'
import { useUser, useVersion } from '../api/session.tsx'
import { Menu } from '../ui/overlay.tsx'
import { setTheme, useTheme } from '../ui/theme.ts'
import { words } from '../words.ts'

interface AccountMenuProps {
  readonly anchor: HTMLElement
  readonly onClose: () => void
  readonly onShortcuts: () => void
  readonly onSignedOut: () => void
}

/** Theme, access, documentation, sign-out. */
export function AccountMenu({ anchor, onClose, onShortcuts, onSignedOut }: AccountMenuProps): ReactElement {
  const user = useUser()
  const version = useVersion()
  const theme = useTheme()
  const href = useHref()
  const signOut = async (): Promise<void> => {
    await request('/session', { method: 'DELETE', open: true }).catch((cause: unknown) => console.info('sign-out was not answered', cause))
    onSignedOut()
  }
  return (
    <Menu
      anchor={anchor}
      end
      label={words.scope.account(user.name)}
      onClose={onClose}
      caption={
        <>
          <b>{user.name}</b>
          {words.access.roles[user.role]} · {words.product} {version}
        </>
      }
      groups={[
        (['system', 'light', 'dark'] as const).map(each => ({
          label: words.theme[each],
          checked: theme === each,
          onSelect: () => setTheme(each),
          ...(each === 'system' ? { icon: 'theme' as const } : {}),
        })),
        [
          { label: user.role === 'admin' ? words.account.keys : words.account.ownKeys, icon: 'key', onSelect: () => go(href('/settings/access')) },
          { label: words.account.docs, icon: 'book', href: '/docs' },
          { label: words.account.api, icon: 'code', href: '/docs/api' },
          { label: words.account.shortcuts, icon: 'info', hint: '?', onSelect: onShortcuts },
        ],
        [{ label: words.account.signOut, icon: 'leave', onSelect: () => void signOut() }],
      ]}
    />
  )
}
