/**
 * Flows seen lately, each with who told it first and until when. A cache line holds three flows: one look into memory a row. What
 * was not touched for longest gives way; the table grows while it would have to give up flows that may still be told again.
 *
 * An entry is five words: 32 bits of the key · end of what is told · seconds of the last telling (16) and length of what is told
 * (16) · who told it (16) and 16 more bits of the key · hash of the last record. An alias leads to the entry of another key, which
 * stands in place of end and record. All values are signed words, which a call passes without making an object of each.
 */
const LINE = 16
const WORDS = 5
const WAYS = 3
const FIRST_LINES = 1 << 12
/** A flow may be told again for this long: exporters give idle and long flows away at different times. */
const LIVE_S = 120
/** Times are told in these, so that 16 bits of length hold more than two hours. */
export const TICK_MS = 128
const MOST_LENGTH = 0xffff
/** Stands for who told it where the entry is another name. */
const ALIAS = 0xffff

export interface FlowTable {
  /** Reads the lines of the first `count` keys, so that they are near when they are asked for; returns something that depends on them. */
  touch(keys: Int32Array, count: number): number
  /** Takes what `touch` read, so that the reads are not found to be useless. */
  keep(read: number): void
  /** Position of the flow's entry, by whichever of its names; -1 where it is not known. */
  find(a: number, b: number): number
  /** Makes an entry, which may take another's place. `now` in seconds. */
  insert(a: number, b: number, owner: number, start: number, end: number, record: number, now: number): void
  /** Makes the first key another name of the second one's flow; what was known by it alone goes with it. */
  alias(a: number, b: number, ofA: number, ofB: number, now: number): void
  owner(at: number): number
  /** End of what the owner told, ticks. */
  end(at: number): number
  /** Begin of it, ticks. */
  start(at: number): number
  /** Hash of its last record. */
  record(at: number): number
  /** Seconds since it told of the flow. */
  age(at: number, now: number): number
  /** Hands the flow to an owner, with what it told. */
  set(at: number, owner: number, start: number, end: number, record: number, now: number): void
  readonly bytes: number
}

/** Whether the word of owner and key holds these bits, and an owner. */
const isKey = (word: number, b: number): boolean => (word & 0xffff) === b && word >>> 16 !== 0

export function createFlowTable(config: { readonly maxBytes: number }): FlowTable {
  const mostLines = 2 ** Math.floor(Math.log2(Math.max(FIRST_LINES, config.maxBytes / (LINE * 4))))
  let lines = FIRST_LINES
  let shift = 32 - Math.log2(lines)
  let words = new Int32Array(lines * LINE)
  let givenUp = 0
  let kept = 0

  const lineOf = (a: number): number => (Math.imul(a, 0x9e37_79b1) >>> shift) * LINE
  const ageOf = (at: number, now: number): number => (now - (words[at + 2]! >>> 16)) & 0xffff

  function write(at: number, owner: number, start: number, end: number, record: number, now: number): void {
    words[at + 1] = end
    words[at + 2] = ((now & 0xffff) << 16) | Math.min(MOST_LENGTH, Math.max(0, (end - start) | 0))
    words[at + 3] = (owner << 16) | (words[at + 3]! & 0xffff)
    words[at + 4] = record
  }

  /** Twice the room; each flow keeps its order among those of its line. */
  function grow(): void {
    const old = words
    lines *= 2
    shift--
    words = new Int32Array(lines * LINE)
    const used = new Uint8Array(lines)
    for (let at = 0; at < old.length; at += LINE) {
      for (let way = 0; way < WAYS; way++) {
        const from = at + way * WORDS
        if (old[from + 3] === 0) continue
        const line = lineOf(old[from]!)
        const to = line + used[line / LINE]!++ * WORDS
        words.set(old.subarray(from, from + WORDS), to)
      }
    }
    givenUp = 0
  }

  function look(a: number, b: number): number {
    const held = words
    const line = lineOf(a)
    if (held[line] === a && isKey(held[line + 3]!, b)) return line
    if (held[line + WORDS] === a && isKey(held[line + WORDS + 3]!, b)) return line + WORDS
    if (held[line + 2 * WORDS] === a && isKey(held[line + 2 * WORDS + 3]!, b)) return line + 2 * WORDS
    return -1
  }

  /** The place for a new entry: an empty one, or that of the flow untouched for longest. */
  function place(a: number, now: number): number {
    const line = lineOf(a)
    let chosen = line
    let oldest = -1
    for (let at = line; at < line + WAYS * WORDS; at += WORDS) {
      const age = words[at + 3]! >>> 16 === 0 ? 0x1_0000 : ageOf(at, now)
      if (age > oldest) {
        oldest = age
        chosen = at
      }
    }
    // Chance fills some lines early, so a few flows given up are no sign of a table that is too small.
    if (oldest <= LIVE_S && ++givenUp > lines / 16 && lines < mostLines) {
      grow()
      return place(a, now)
    }
    return chosen
  }

  function insert(a: number, b: number, owner: number, start: number, end: number, record: number, now: number): void {
    const at = place(a, now)
    words[at] = a
    words[at + 3] = b
    write(at, owner, start, end, record, now)
  }

  const isAlias = (at: number): boolean => words[at + 3]! >>> 16 === ALIAS

  return {
    get bytes() {
      return words.byteLength
    },
    touch(keys, count) {
      const held = words
      const by = shift
      let read = 0
      for (let at = 0; at < count; at++) read ^= held[(Math.imul(keys[at]!, 0x9e37_79b1) >>> by) * LINE]!
      return read
    },
    keep(read) {
      kept ^= read
    },
    find(a, b) {
      const at = look(a, b)
      return at >= 0 && isAlias(at) ? look(words[at + 1]!, words[at + 4]!) : at
    },
    insert(a, b, owner, start, end, record, now) {
      // A name whose flow was given up stays a name.
      const at = look(a, b)
      if (at >= 0) insert(words[at + 1]!, words[at + 4]!, owner, start, end, record, now)
      else insert(a, b, owner, start, end, record, now)
    },
    alias(a, b, ofA, ofB, now) {
      // The way back names the same two the other way round: the first name stays, or each would point to the other.
      const of = look(ofA, ofB)
      if (of >= 0 && isAlias(of)) {
        words[of + 2] = (now & 0xffff) << 16
        return
      }
      let at = look(a, b)
      if (at < 0) {
        at = place(a, now)
        words[at] = a
        words[at + 3] = b
      } else if (!isAlias(at) && of < 0) {
        const [end, length, owner, record] = [words[at + 1]!, words[at + 2]! & 0xffff, words[at + 3]! >>> 16, words[at + 4]!]
        insert(ofA, ofB, owner, (end - length) | 0, end, record, now)
        at = look(a, b)
        if (at < 0) return
      }
      words[at + 1] = ofA
      words[at + 2] = (now & 0xffff) << 16
      words[at + 3] = (ALIAS << 16) | b
      words[at + 4] = ofB
    },
    owner: at => words[at + 3]! >>> 16,
    end: at => words[at + 1]!,
    start: at => (words[at + 1]! - (words[at + 2]! & 0xffff)) | 0,
    record: at => words[at + 4]!,
    age: ageOf,
    set: write,
  }
}
