/** What a collector must and should do by the documents it reads, in our words, and where a test shows it. */

export const LEVELS = ['must', 'should', 'may'] as const

export interface Rule {
  /** Document and section, with a letter where a section has several. */
  readonly id: string
  readonly level: (typeof LEVELS)[number]
  readonly rule: string
  /** Tests beside those that have the id in their title: the file, and how a title in it begins. */
  readonly tests?: readonly (readonly [file: string, title: string])[]
  /** What is not done, in plain words; a rule may have tests and a gap, where it is done in part. */
  readonly gap?: string
}

export interface RuleBook {
  readonly document: string
  readonly title: string
  readonly rules: readonly Rule[]
}
