/** Numbers for pairs of numbers, in order of their first use; the pair of zeros is number 0. */
export interface Pairs {
  numberOf(first: number, second: number): number
  readonly count: number
  /** What a number stands for. */
  firstOf(number: number): number
  secondOf(number: number): number
}

/** Numbers are below 2^32. A table of its own, since hundreds of thousands of ranges ask at the start: a Map takes three times as long. */
export function createPairs(): Pairs {
  // Number + 1 by slot, 0 where there is none; at most half full.
  let slots = new Uint32Array(2 ** 17)
  let first = new Uint32Array(slots.length / 2)
  let second = new Uint32Array(slots.length / 2)
  let count = 1

  function slotOf(one: number, other: number): number {
    const mask = slots.length - 1
    const mixed = Math.imul(one ^ Math.imul(other, 0x9e37_79b1), 0x85eb_ca6b)
    let slot = (mixed ^ (mixed >>> 15)) & mask
    for (let number = slots[slot]!; number !== 0; number = slots[slot]!) {
      if (first[number - 1] === one && second[number - 1] === other) break
      slot = (slot + 1) & mask
    }
    return slot
  }

  function grow(): void {
    const [oldFirst, oldSecond] = [first, second]
    slots = new Uint32Array(slots.length * 2)
    first = new Uint32Array(slots.length / 2)
    second = new Uint32Array(slots.length / 2)
    first.set(oldFirst)
    second.set(oldSecond)
    for (let number = 0; number < count; number++) slots[slotOf(first[number]!, second[number]!)] = number + 1
  }

  slots[slotOf(0, 0)] = 1
  return {
    get count() {
      return count
    },
    firstOf: number => first[number] ?? 0,
    secondOf: number => second[number] ?? 0,
    numberOf(one, other) {
      const slot = slotOf(one, other)
      const known = slots[slot]!
      if (known !== 0) return known - 1
      first[count] = one
      second[count] = other
      slots[slot] = count + 1
      if (++count === first.length) grow()
      return count - 1
    },
  }
}
