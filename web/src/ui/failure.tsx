import type { ReactElement } from 'react'
import { ApiError } from '../api/client.ts'
import { words } from '../words.ts'
import { Button, Note } from './button.tsx'

/** What went wrong with a request, what it means, and a way to try again. Its code links to the documentation. */
export function Failure({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }): ReactElement {
  const known = error instanceof ApiError ? error : null
  return (
    <Note tone="critical">
      <p>
        <b>{words.failure.title}</b> {error.message}
      </p>
      {known !== null && (
        <p className="t2">
          {known.help}{' '}
          <a className="link small" href={`/docs/reference/errors#:~:text=${known.code}`}>
            {words.failure.reference(known.code, known.requestId)}
          </a>
        </p>
      )}
      {onRetry !== undefined && (
        <p>
          <Button look="line" tight onClick={onRetry}>
            {words.failure.again}
          </Button>
        </p>
      )}
    </Note>
  )
}
