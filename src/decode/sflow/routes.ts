/** AS paths and communities as text. Routes repeat from sample to sample: a text is made once and found again by its bytes. */

/** Texts kept, by a hash of their bytes; another one of the same place takes it. */
const PLACES = 2048
/** Longest text kept of a path or of communities, as of any text of the wire (RELIABILITY §3.1). */
const MAX_TEXT = 1024
const AS_SET = 1

interface Known {
  readonly words: Uint32Array
  readonly text: string
}

export interface Routes {
  /** The path of `segments` segments at `at`, `words` words long, as "64500 64501 {64502,64503}". */
  path(view: DataView, at: number, words: number, segments: number): string
  /** The communities at `at` as "64500:100 64500:200". */
  communities(view: DataView, at: number, words: number): string
}

function pathText(view: DataView, start: number, segments: number): string {
  let text = ''
  let at = start
  for (let segment = 0; segment < segments && text.length < MAX_TEXT; segment++) {
    const set = view.getUint32(at) === AS_SET
    const count = view.getUint32(at + 4)
    at += 8
    let part = ''
    for (let index = 0; index < count && part.length < MAX_TEXT; index++) part += `${index === 0 ? '' : set ? ',' : ' '}${view.getUint32(at + index * 4)}`
    text += `${text === '' ? '' : ' '}${set ? `{${part}}` : part}`
    at += count * 4
  }
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text
}

function communitiesText(view: DataView, start: number, count: number): string {
  let text = ''
  for (let index = 0; index < count && text.length < MAX_TEXT; index++) {
    const value = view.getUint32(start + index * 4)
    text += `${index === 0 ? '' : ' '}${value >>> 16}:${value & 0xffff}`
  }
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text
}

/** A memory of texts for one thread, of bounded size. */
export function createRoutes(): Routes {
  const paths = Array<Known | undefined>(PLACES).fill(undefined)
  const communities = Array<Known | undefined>(PLACES).fill(undefined)

  function find(known: (Known | undefined)[], view: DataView, at: number, words: number): number | string {
    let hash = words
    for (let index = 0; index < words; index++) hash = Math.imul(hash ^ view.getUint32(at + index * 4), 0x9e37_79b1)
    const place = (hash ^ (hash >>> 15)) & (PLACES - 1)
    const there = known[place]
    if (there === undefined || there.words.length !== words) return place
    for (let index = 0; index < words; index++) if (there.words[index] !== view.getUint32(at + index * 4)) return place
    return there.text
  }

  function keep(known: (Known | undefined)[], place: number, view: DataView, at: number, words: number, text: string): string {
    // What is longer than any real route is not worth keeping.
    if (words > MAX_TEXT / 4) return text
    const own = new Uint32Array(words)
    for (let index = 0; index < words; index++) own[index] = view.getUint32(at + index * 4)
    known[place] = { words: own, text }
    return text
  }

  return {
    path(view, at, words, segments) {
      const found = find(paths, view, at, words)
      return typeof found === 'string' ? found : keep(paths, found, view, at, words, pathText(view, at, segments))
    },
    communities(view, at, words) {
      const found = find(communities, view, at, words)
      return typeof found === 'string' ? found : keep(communities, found, view, at, words, communitiesText(view, at, words))
    },
  }
}
