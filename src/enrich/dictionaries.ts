/** What the texts of a batch mean for its applications: asked once for each distinct text, never for each row. */
import { indexOf, type FlowBatch } from '../schema/index.ts'
import { numberOfServer, spokenApplication, spokenCategory } from './applications/index.ts'

const APP = indexOf('app')
const CATEGORY = indexOf('category')
const SERVER_NAME = indexOf('server_name')
const CODES = 65_536

/** A text behind a code becomes a code: as sent, then ours. */
export interface Spoken {
  readonly app: Uint16Array
  /** Code of our category for the application; 0 where the name tells none. */
  readonly category: Uint16Array
}

// One batch is classified at a time; entries of codes the batch in hand has not are never read.
const spoken: Spoken = { app: new Uint16Array(CODES), category: new Uint16Array(CODES) }
const categories = new Uint16Array(CODES)
const servers = new Uint16Array(CODES)

/** Answers are kept from batch to batch, for as many texts as one batch can have; longer ones are no names and are asked for again. */
const KEPT = CODES
const LONGEST_KEPT = 255

/** Remembers what a function of a text answered, and forgets all once there is no room. */
function remembered<Answer extends NonNullable<unknown>>(ask: (text: string) => Answer): (text: string) => Answer {
  const answers = new Map<string, Answer>()
  return text => {
    let answer = answers.get(text)
    if (answer !== undefined) return answer
    answer = ask(text)
    if (text.length > LONGEST_KEPT) return answer
    if (answers.size >= KEPT) answers.clear()
    answers.set(text, answer)
    return answer
  }
}

const applicationSpoken = remembered(spokenApplication)
const categorySpoken = remembered(spokenCategory)
const serverNumber = remembered(numberOfServer)

const textsOf = (batch: FlowBatch, index: number): readonly unknown[] => batch.dictionaries[index]?.values ?? []

/** Codes of the applications in this batch in our spelling; 0 for a word that says "unknown". */
export function applicationCodes(batch: FlowBatch): Spoken {
  // The dictionary grows while our names are added; they need no translation.
  const texts = textsOf(batch, APP).slice()
  for (const [index, text] of texts.entries()) {
    const known = applicationSpoken(String(text))
    spoken.app[index + 1] = known.name === '' ? 0 : batch.code(APP, known.name)
    spoken.category[index + 1] = known.category === '' ? 0 : batch.code(CATEGORY, known.category)
  }
  return spoken
}

/** Codes of the categories that exporters sent, in our words. */
export function categoryCodes(batch: FlowBatch): Uint16Array {
  const texts = textsOf(batch, CATEGORY).slice()
  for (const [index, text] of texts.entries()) {
    const ours = categorySpoken(String(text))
    categories[index + 1] = ours === '' ? 0 : batch.code(CATEGORY, ours)
  }
  return categories
}

/** Numbers of the applications that the server names of this batch belong to; 0 where no suffix is known. */
export function serverNumbers(batch: FlowBatch): Uint16Array {
  const texts = textsOf(batch, SERVER_NAME)
  for (let index = 0; index < texts.length; index++) servers[index + 1] = serverNumber(String(texts[index]))
  return servers
}
