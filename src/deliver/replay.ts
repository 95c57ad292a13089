/**
 * Replays: rows given to a sink again on request, from the spool and from the dead letters. A request is a file, so that it can
 * be made while the program runs or not, and survives both.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf, createSpoolReader, framesOf, type SpoolFrame } from '../spool/index.ts'

export interface ReplayRequest {
  readonly sink: string
  readonly fromSeq: number
  /** Seq behind the last row. */
  readonly toSeq: number
}

interface Place {
  readonly directory: string
  readonly stream: string
}

const replayDirectory = ({ directory, stream }: Place): string => join(directory, stream, 'replay')
export const deadLetterDirectory = ({ directory, stream }: Place, sink: string): string => join(directory, stream, 'dead-letter', sink)

/** Leaves a request; the running program takes it within a second, or the next one at its start. */
export function requestReplay(place: Place, request: ReplayRequest): void {
  const directory = replayDirectory(place)
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `${request.sink}.${request.fromSeq}-${request.toSeq}.json`)
  writeFileSync(`${path}.draft`, JSON.stringify(request))
  renameSync(`${path}.draft`, path)
}

function parseRequest(text: string): ReplayRequest | null {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || !('sink' in value && 'fromSeq' in value && 'toSeq' in value)) return null
  const { sink, fromSeq, toSeq } = value
  return typeof sink === 'string' && typeof fromSeq === 'number' && typeof toSeq === 'number' ? { sink, fromSeq, toSeq } : null
}

/** The first request for a sink, and how to take it away when it is done. */
export function nextReplay(place: Place, sink: string): { readonly request: ReplayRequest; done(): void } | null {
  const directory = replayDirectory(place)
  let names: string[]
  try {
    names = readdirSync(directory)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
  for (const name of names.sort()) {
    if (!name.startsWith(`${sink}.`) || !name.endsWith('.json')) continue
    const path = join(directory, name)
    const request = parseRequest(readFileSync(path, 'utf8'))
    if (request !== null) return { request, done: () => rmSync(path, { force: true }) }
  }
  return null
}

/** Frames of dead letters and of the spool that hold rows of the request, each once, in order. */
export function framesToReplay(place: Place, { sink, fromSeq, toSeq }: ReplayRequest): SpoolFrame[] {
  const frames = new Map<number, SpoolFrame>()
  const wanted = (frame: SpoolFrame): boolean => frame.firstSeq < toSeq && frame.firstSeq + frame.rows > fromSeq
  for (const path of deadLetters(place, sink)) for (const frame of framesOf(path)) if (wanted(frame)) frames.set(frame.firstSeq, frame)
  const reader = createSpoolReader(place)
  reader.seek(fromSeq)
  for (let step = reader.next(); step !== null; step = reader.position < toSeq ? reader.next() : null) {
    if (step.kind === 'frame' && wanted(step)) frames.set(step.firstSeq, step)
  }
  reader.close()
  return [...frames.values()].sort((a, b) => a.firstSeq - b.firstSeq)
}

function deadLetters(place: Place, sink: string): string[] {
  const directory = deadLetterDirectory(place, sink)
  try {
    return readdirSync(directory)
      .filter(name => name.endsWith('.fls'))
      .sort()
      .map(name => join(directory, name))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

/** Removes the dead letters whose every row lies in the request; called when the sink has them. */
export function removeDeadLetters(place: Place, { sink, fromSeq, toSeq }: ReplayRequest): void {
  for (const path of deadLetters(place, sink)) {
    if ([...framesOf(path)].every(frame => frame.firstSeq >= fromSeq && frame.firstSeq + frame.rows <= toSeq)) rmSync(path, { force: true })
  }
}
