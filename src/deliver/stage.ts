/** Stage files: the payloads of a range end to end, as the engine reads them. */
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FlowLensError } from '../schema/index.ts'
import { payloadPieces } from '../spool/index.ts'
import type { DeliveryRange } from './sink.ts'

/** Makes the directory and removes what a killed process left in it. */
export async function prepareStage(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  for (const name of await readdir(directory)) if (name.endsWith('.native')) await rm(join(directory, name), { force: true })
}

/**
 * Writes the payloads of a range into a file of the directory and gives its path; the caller removes it. Throws
 * `FL_SPOOL_CORRUPT` for a frame that is damaged or gone, `FL_DELIVER_STAGE` when the disk takes no more.
 */
export async function stage(directory: string, range: DeliveryRange, signal: AbortSignal): Promise<string> {
  const path = join(directory, `${range.fromSeq}-${range.toSeq}.native`)
  try {
    const file = await open(path, 'w')
    try {
      for await (const piece of payloadPieces(range.frames)) {
        signal.throwIfAborted()
        for (let done = 0; done < piece.length;) done += (await file.write(piece, done)).bytesWritten
      }
    } finally {
      await file.close()
    }
    return path
  } catch (error) {
    await rm(path, { force: true })
    if (error instanceof FlowLensError && error.code === 'FL_SPOOL_CORRUPT') throw error
    throw new FlowLensError(
      'FL_DELIVER_STAGE',
      `rows ${range.fromSeq} to ${range.toSeq} could not be staged: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
}
