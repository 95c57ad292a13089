import { useState, type ReactElement } from 'react'
import { Kbd } from '../ui/button.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { words } from '../words.ts'
import { setSingleKeys, singleKeysOn } from './keyboard.ts'
import styles from './panels.module.css'

/** All keys, and the switch that turns single ones off. */
export function Shortcuts({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [on, setOn] = useState(singleKeysOn)
  return (
    <Dialog title={words.shortcuts.title} onClose={onClose}>
      <dl className={styles.keys}>
        {words.shortcuts.list.map(([key, meaning]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>
              {key
                .split(' ')
                .filter(Boolean)
                .map(each => (
                  <span key={each}>
                    <Kbd>{each}</Kbd>{' '}
                  </span>
                ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <label className={styles.switch}>
        <input
          type="checkbox"
          checked={on}
          onChange={event => {
            setOn(event.target.checked)
            setSingleKeys(event.target.checked)
          }}
        />
        <span>
          {words.shortcuts.single}
          <br />
          <span className="t3 small">{words.shortcuts.singleHint}</span>
        </span>
      </label>
    </Dialog>
  )
}
