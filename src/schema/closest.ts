/**
 * The candidate that a mistyped word most likely meant, or undefined where none is near: at most one edit in words up to four
 * letters, two in longer ones, three from ten on. An edit inserts, drops or replaces a letter, or swaps two neighbours. Case does
 * not count. Of equally near ones the first wins. `most` sets another limit.
 */
export function closest(word: string, candidates: Iterable<string>, most?: number): string | undefined {
  const wanted = word.toLowerCase()
  let best: string | undefined
  let least = most ?? (wanted.length < 5 ? 1 : wanted.length < 10 ? 2 : 3)
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase(), least)
    if (distance < least || (distance === least && best === undefined)) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** Edits between two words; any number above `most` where they are further apart. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
