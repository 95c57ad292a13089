/**
 * Coverage-guided fuzzing: inputs that reach source nobody reached before are kept, and others are made of them. Coverage is
 * looked at after a batch, since taking it costs as much as a thousand inputs; a batch that found something is halved until the
 * inputs that did are known.
 */
import type { Coverage } from './coverage.ts'
import { createRandom, mutate, type Input } from './mutate.ts'

export interface Target {
  readonly name: string
  /** Valid inputs to begin with. */
  seeds(): readonly Input[]
  /**
   * Runs one input and throws an Error when something that always holds does not. Gives what the input did, in a few words that
   * stay the same for inputs that do the same: an answer not seen before makes an input worth keeping too.
   */
  run(input: Input): string
  /** Puts right what a mutation broke and a reader checks first. */
  repair?(part: Uint8Array): void
}

export interface Failure {
  readonly message: string
  readonly input: Input
}

export interface FuzzReport {
  readonly executions: number
  /** Inputs that reached something new, the seeds among them. */
  readonly kept: readonly Input[]
  readonly failures: readonly Failure[]
}

export interface FuzzOptions {
  readonly seed: number
  /** Asked after each batch. */
  readonly more: (executions: number) => boolean
  readonly coverage: Coverage
}

const BATCH = 256
/** Ways to fail that are told apart; more would be the same ones again. */
const MOST_FAILURES = 10

/** Numbers differ from input to input; what is left names the failure. */
const nameOf = (message: string): string => message.replaceAll(/0x[0-9a-f]+|\d+/g, 'n').slice(0, 200)

function messageOf(target: Target, input: Input): string | null {
  try {
    target.run(input)
    return null
  } catch (error) {
    return error instanceof Error ? `${error.message}\n${(error.stack ?? '').split('\n').slice(1, 5).join('\n')}` : String(error)
  }
}

/** A smaller input that fails in the same way. */
export function shrink(target: Target, { input, message }: Failure): Failure {
  const name = nameOf(message.split('\n')[0] ?? '')
  const fails = (tried: Input): boolean => nameOf(messageOf(target, tried)?.split('\n')[0] ?? '') === name
  let best = input
  for (let size = Math.max(...best.map(part => part.length)); size >= 1; size = Math.floor(size / 2)) {
    for (let index = best.length - 1; index >= 0; index--) {
      if (best.length > 1 && fails(best.toSpliced(index, 1))) {
        best = best.toSpliced(index, 1)
        continue
      }
      for (let at = 0; at < (best[index]?.length ?? 0);) {
        const part = best[index] as Uint8Array
        const tried = best.with(index, Uint8Array.from([...part.subarray(0, at), ...part.subarray(at + size)]))
        if (fails(tried)) best = tried
        else at += size
      }
    }
  }
  return { input: best, message: messageOf(target, best) ?? message }
}

/** Fuzzes a target. The same seed and number of executions try the same inputs. */
export function fuzz(target: Target, { seed, more, coverage }: FuzzOptions): FuzzReport {
  const random = createRandom(seed)
  const kept: Input[] = []
  const answers = new Set<string>()
  const failures = new Map<string, Failure>()
  let executions = 0

  function runOne(input: Input): boolean {
    executions++
    try {
      const answer = target.run(input)
      if (answers.has(answer)) return false
      answers.add(answer)
      return true
    } catch (error) {
      const message = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error)
      const name = nameOf(message.split('\n')[0] ?? '')
      if (!failures.has(name) && failures.size < MOST_FAILURES) failures.set(name, { message, input })
      return false
    }
  }

  /** Runs inputs again, in halves, until those that reach something new are alone. Nothing ran since coverage was taken last. */
  function halve(inputs: readonly Input[]): void {
    for (const input of inputs) runOne(input)
    if (inputs.length === 1) {
      if (coverage.take(true) > 0) kept.push(...inputs)
      return
    }
    if (coverage.take(false) === 0) return
    const middle = inputs.length >> 1
    halve(inputs.slice(0, middle))
    halve(inputs.slice(middle))
  }

  function runBatch(inputs: readonly Input[]): void {
    for (const input of inputs) if (runOne(input)) kept.push(input)
    if (inputs.length > 0 && coverage.take(false) > 0) {
      halve(inputs)
      // What runs once only, to be remembered (a definition compiled), is nobody's merit.
      for (const input of inputs) runOne(input)
      coverage.take(true)
    }
  }

  const seeds = target.seeds()
  kept.push(...seeds)
  runBatch(seeds)
  coverage.take(true)
  while (more(executions)) {
    runBatch(
      Array.from({ length: BATCH }, () => {
        // The newest are the least explored.
        const from = random(2) === 0 ? random(kept.length) : kept.length - 1 - random(Math.min(kept.length, 16))
        return mutate(kept[from] as Input, kept[random(kept.length)] as Input, random, target.repair?.bind(target))
      }),
    )
  }
  return { executions, kept, failures: [...failures.values()].map(failure => shrink(target, failure)) }
}
