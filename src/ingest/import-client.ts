/** The command line's side of an import: asks the process of ingest that runs, and hears how it goes. */
import { FlowLensError } from '../schema/index.ts'
import { connectControl, controlPath } from './control.ts'
import type { ImportProgress } from './imports.ts'

export interface ImportOptions {
  readonly again: boolean
  /** Exporter of flows whose file does not tell it, as text; null for 0.0.0.0. */
  readonly exporter: string | null
}

/**
 * Imports files one after the other, by absolute paths; `onProgress` hears of each until its state is not `running` any more. Throws
 * FL_IMPORT_OFFLINE when no FlowLens receives on this data directory, or it ends before it is done.
 */
export async function importFiles(
  dataDir: string,
  paths: readonly string[],
  options: ImportOptions,
  onProgress: (progress: ImportProgress) => void,
): Promise<void> {
  let current: { readonly id: number; readonly resolve: () => void } | null = null
  let gone = (): void => undefined
  const closed = new Promise<never>((_, reject) => {
    gone = () => reject(new FlowLensError('FL_IMPORT_OFFLINE', `no FlowLens receives on ${dataDir}, or it was stopped`))
  })
  // Told where it is waited for.
  closed.catch(() => undefined)
  const client = await connectControl(controlPath(dataDir), {
    says: message => {
      if (message.kind !== 'import' || message.id !== current?.id) return
      onProgress(message)
      if (message.state !== 'running') current.resolve()
    },
    closed: () => gone(),
  })
  if (client === null) {
    gone()
    return closed
  }
  for (const [id, path] of paths.entries()) {
    const done = new Promise<void>(resolve => (current = { id, resolve }))
    client.say({ kind: 'import', id, path, ...options })
    await Promise.race([done, closed])
  }
  client.close()
}
