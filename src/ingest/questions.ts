/** A question to all threads: numbered, and done when every one of them has answered. */

interface Open<T> {
  left: number
  readonly parts: T[]
  readonly done: (parts: readonly T[]) => void
}

export interface Questions<T> {
  /** `put` sends the question of this number to each of them; resolves with the answers that are not null. */
  ask(threads: number, put: (id: number) => void): Promise<readonly T[]>
  answered(id: number, part: T | null): void
}

export function createQuestions<T>(): Questions<T> {
  const open = new Map<number, Open<T>>()
  let last = 0
  return {
    ask(threads, put) {
      if (threads === 0) return Promise.resolve([])
      const id = ++last
      return new Promise(done => {
        open.set(id, { left: threads, parts: [], done })
        put(id)
      })
    },
    answered(id, part) {
      const question = open.get(id)
      if (question === undefined) return
      if (part !== null) question.parts.push(part)
      if (--question.left > 0) return
      open.delete(id)
      question.done(question.parts)
    },
  }
}
