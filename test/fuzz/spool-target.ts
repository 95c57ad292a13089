/** Recovery and reading of a spool whose newest segment and durable position are any bytes. */
import { createFakeDisk, type FakeDisk } from '../../src/spool/fixtures/fake-disk.ts'
import { payloadOf } from '../../src/spool/fixtures/numbered.ts'
import { createSpoolReader, createSpoolWriter, type SpoolWriter } from '../../src/spool/index.ts'
import type { Target } from './engine.ts'
import type { Input } from './mutate.ts'

const PLACE = { directory: '/d', stream: 'flows' }
const FOLDER = '/d/flows'
const NOW = 1_700_000_000_000

const writerOn = (disk: FakeDisk): SpoolWriter =>
  createSpoolWriter(
    { ...PLACE, segmentBytes: 1 << 16, syncMs: 200, maxBytes: 1 << 24, fullPolicy: 'drop-oldest' },
    { fs: disk.fs, now: () => NOW, newUuid: () => '01234567-89ab-4cde-8f01-23456789abcd' },
  )

function append(writer: SpoolWriter): void {
  writer.append({ rows: 3, encode: seq => [payloadOf(seq, 3)], firstReceivedAt: NOW, lastReceivedAt: NOW })
}

/** Names of the files of a spool with a few frames, and their bytes; the input's parts are these files. */
function files(): readonly (readonly [string, Uint8Array])[] {
  const disk = createFakeDisk()
  const writer = writerOn(disk)
  writer.open()
  for (let frames = 0; frames < 4; frames++) append(writer)
  writer.poll(NOW + 1000)
  writer.close()
  return disk.fs
    .list(FOLDER)
    .toSorted()
    .filter(name => name.endsWith('.fls') || name.startsWith('durable'))
    .map(name => [name, disk.content(`${FOLDER}/${name}`)] as const)
}

const FILES = files()

function run(input: Input): string {
  const disk = createFakeDisk()
  disk.fs.makeDirectory(FOLDER)
  FILES.forEach(([name], index) => {
    const fd = disk.fs.open(`${FOLDER}/${name}`, 'w')
    disk.fs.write(fd, [input[index] ?? new Uint8Array(0)], 0)
    disk.fs.close(fd)
  })
  const writer = writerOn(disk)
  const { nextSeq, recovered } = writer.open()
  if (!Number.isSafeInteger(nextSeq) || nextSeq < 0) throw new Error(`rows go on at ${nextSeq}`)
  append(writer)
  writer.poll(NOW + 1000)
  writer.close()
  const reader = createSpoolReader(PLACE, { fs: disk.fs })
  reader.seek(reader.oldestSeq())
  let [at, frames, gaps, damaged] = [reader.position, 0, 0, 0]
  for (let step = reader.next(); step !== null; step = reader.next()) {
    const [from, to] = step.kind === 'gap' ? [step.fromSeq, step.toSeq] : [step.firstSeq, step.firstSeq + step.rows]
    if (from < at || to <= from) throw new Error(`rows ${from} to ${to} are told behind row ${at}`)
    at = to
    if (step.kind === 'gap') gaps++
    else if (reader.read(step) === null) damaged++
    else frames++
  }
  reader.close()
  if (frames === 0) throw new Error('the frame that was written last is not read')
  return [recovered === null ? 'new' : 'known', Math.min(frames, 6), Math.min(gaps, 2), Math.min(damaged, 3)].join(' ')
}

export const spool: Target = { name: 'spool', seeds: () => [FILES.map(([, bytes]) => bytes)], run }
