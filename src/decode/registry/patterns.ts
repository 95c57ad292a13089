/**
 * Regular expressions of the configuration that read names a device sends. Its descriptions can be made up by anybody who can send
 * datagrams, so an expression must not be one that takes exponentially long: no repetition inside a repeated group, few repetitions.
 */

/** Characters of a name or description that are looked at: ifAlias has 64 at most (RFC 2863), ifDescr 255 of which the first tell. */
export const PATTERN_TEXT = 128
/** Repetitions in one expression: `*`, `+` and `{n,m}`, and with `?` among them. Four that overlap take 128⁴ / 4! steps at worst. */
const MOST_REPEATS = 4
const MOST_QUANTIFIERS = 8

/** The expression, case ignored; throws what the engine throws. */
const compile = (pattern: string): RegExp => new RegExp(pattern, 'iu')

interface Group {
  /** Whether it holds alternatives or a repetition: repeated itself, it may be read in many ways. */
  ambiguous: boolean
}

/** What makes it slow, in words; null where nothing does. */
function slowness(pattern: string): string | null {
  const groups: Group[] = [{ ambiguous: false }]
  let closed: Group | null = null
  let repeats = 0
  let quantifiers = 0
  // Escapes, classes, the beginnings of groups, quantifiers, and single characters.
  for (const [token] of pattern.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:<[=!]|[=!:]|<\w+>))?|\{\d+(?:,\d*)?\}|[^]/gsu)) {
    const group = groups.at(-1) ?? { ambiguous: false }
    const before: Group | null = closed
    closed = null
    if (token.startsWith('(')) groups.push({ ambiguous: false })
    else if (token === ')') {
      closed = groups.length > 1 ? (groups.pop() ?? null) : null
      const parent = groups.at(-1)
      if (parent !== undefined && closed?.ambiguous === true) parent.ambiguous = true
    } else if (token === '|') group.ambiguous = true
    else if (token === '*' || token === '+' || token === '?' || /^\{\d/.test(token)) {
      const repeat = token !== '?'
      if (repeat && before?.ambiguous === true)
        return 'a repetition or alternatives inside a repeated group can take for ever; repeat single characters or classes'
      quantifiers++
      if (repeat) repeats++
      group.ambiguous = true
    }
  }
  if (repeats > MOST_REPEATS) return `it repeats ${repeats} times; ${MOST_REPEATS} of *, + and {} are the most, cut it or make it two rules`
  if (quantifiers > MOST_QUANTIFIERS) return `it has ${quantifiers} quantifiers; ${MOST_QUANTIFIERS} are the most, cut it or make it two rules`
  return null
}

/** What is wrong with an expression, and what helps; null where nothing is. */
export function patternMistake(pattern: string): string | null {
  try {
    compile(pattern)
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(error.message.lastIndexOf(': ') + 2) : String(error)
    return `${pattern} is no regular expression: ${reason}; write it as in JavaScript, for example ^Transit: (?<provider>\\w+)`
  }
  const slow = slowness(pattern)
  return slow === null ? null : `${pattern} may be slow: ${slow}`
}

/** Names of the groups in an expression without mistakes. */
export const groupsIn = (pattern: string): readonly string[] => [...pattern.matchAll(/\\.|\(\?<([A-Za-z_]\w*)>/gsu)].flatMap(([, name]) => name ?? [])

/** Reads the named groups out of a text; null where it does not match. */
export function createPattern(pattern: string): (text: string) => Readonly<Record<string, string | undefined>> | null {
  const expression = compile(pattern)
  return text => {
    const found = expression.exec(text.slice(0, PATTERN_TEXT))
    return found === null ? null : (found.groups ?? {})
  }
}
