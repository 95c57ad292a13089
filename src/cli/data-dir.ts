/** One FlowLens a data directory: whoever runs on it holds its lock, so that a second one is told before it touches anything. */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FlowLensError, toError } from '../schema/index.ts'
import { nodeFileSystem, nodeProcessTable, takeLock } from '../spool/index.ts'

/**
 * Makes a folder and those above it. From the top, because `recursive` of Node 26 climbs, and never returns where a folder that is
 * there answers "no such file" to mkdir(2), as those of procfs do.
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

/**
 * Takes a data directory for this process; gives the function that lets it go. The lock of a process that died is taken over.
 * Throws FL_SPOOL_LOCKED while another FlowLens runs on it, and FL_CONFIG_DATA_DIR where it cannot be written to.
 */
export function takeDataDir(dataDir: string): () => void {
  const directory = join(dataDir, 'run')
  try {
    makeFolder(directory)
    return takeLock(nodeFileSystem, directory, nodeProcessTable).release
  } catch (thrown) {
    const error = toError(thrown)
    if (error.code !== 'FL_SPOOL_LOCKED')
      throw new FlowLensError('FL_CONFIG_DATA_DIR', `cannot use ${dataDir} as dataDir: ${reasonOf(thrown)}`, { cause: thrown, context: { dataDir } })
    const holder = error.context['pid']
    throw new FlowLensError('FL_SPOOL_LOCKED', `another FlowLens${holder === undefined ? '' : `, process ${String(holder)},`} runs on ${dataDir}`, {
      cause: thrown,
      context: { dataDir },
    })
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its disk is mounted read-only',
  ENOSPC: 'its disk is full',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'it is a file',
  ENOENT: 'it cannot be made there',
}

function reasonOf(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
  return REASONS[code] ?? toError(thrown).message
}
