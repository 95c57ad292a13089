/** What a file holds once it is unpacked: gzip, and an archive of tar with one file of interest in it, as MaxMind gives them out. */
import { gunzipSync } from 'node:zlib'
import { FlowLensError, toError, type ErrorCode } from '../../schema/index.ts'

const BLOCK = 512
/** Files of an archive that may be meant; others are licences and notes. */
const WANTED = /\.(?:mmdb|csv|json|ya?ml)$/i

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b
const isTar = (bytes: Buffer): boolean => bytes.length >= BLOCK && bytes.toString('latin1', 257, 262) === 'ustar'

const text = (bytes: Buffer, from: number, length: number): string => bytes.toString('utf8', from, from + length).replace(/\0.*$/s, '')

/** Files of an archive (POSIX 1003.1 ustar): a block of heading, then the content in whole blocks. */
function* filesIn(bytes: Buffer): Generator<{ readonly name: string; readonly content: Buffer }> {
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0;) {
    const size = Number.parseInt(text(bytes, at + 124, 12), 8)
    const from = at + BLOCK
    if (!Number.isSafeInteger(size) || from + size > bytes.length) throw new RangeError('the archive is cut off')
    const type = text(bytes, at + 156, 1)
    if (type === '0' || type === '') yield { name: text(bytes, at, 100), content: bytes.subarray(from, from + size) }
    at = from + Math.ceil(size / BLOCK) * BLOCK
  }
}

/** The content behind gzip and tar, at most `most` bytes. `name` is what errors call it. Throws an error of this code. */
export function unpack(name: string, bytes: Buffer, most: number, code: ErrorCode): Buffer {
  try {
    const plain = isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: most }) : bytes
    if (!isTar(plain)) return plain
    const found = [...filesIn(plain)].filter(file => WANTED.test(file.name) && !/(?:^|\/)\._/.test(file.name))
    const [only, other] = found
    if (only === undefined) throw new RangeError('the archive holds no .mmdb file')
    if (other !== undefined) throw new RangeError(`the archive holds several files that may be meant: ${found.map(file => file.name).join(', ')}`)
    return only.content
  } catch (thrown) {
    const { message } = toError(thrown)
    const reason = /larger than|ERR_BUFFER_TOO_LARGE/i.test(message) ? `it is longer than ${most} bytes when unpacked; raise enrich.downloadBytes` : message
    throw new FlowLensError(code, `${name} cannot be unpacked: ${reason}`, { cause: thrown })
  }
}
