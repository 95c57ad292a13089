/** Questions and answers between the benchmark and the processes it forks. */
import { lastLines, type Started } from './workshop.ts'

/** Sends a message to a process and waits for the answer of this kind. Rejects with what went wrong there, and when it ends. */
export function exchange<Answer extends { readonly kind: string }, Kind extends Answer['kind']>(
  started: Started,
  message: object,
  kind: Kind,
): Promise<Extract<Answer, { readonly kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const { child } = started
    const onMessage = (answer: unknown): void => {
      if (isOf<Extract<Answer, { readonly kind: Kind }>>(answer, kind)) {
        child.off('message', onMessage)
        resolve(answer)
      } else if (isOf<{ readonly kind: 'failed'; readonly message: string }>(answer, 'failed')) reject(new Error(answer.message))
    }
    child.on('message', onMessage)
    void started.ended.then(() => reject(new Error(`a process of the benchmark ended early: ${lastLines(started.output())}`)))
    child.send(message, error => {
      if (error !== null) reject(error)
    })
  })
}

function isOf<Message extends { readonly kind: string }>(message: unknown, kind: string): message is Message {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === kind
}
