/** The corpus of real captures beside the checkout, and what its reference table says of each scenario. Nothing of it is in the repository. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const CORPUS = join(import.meta.dirname, '../../../shared/corpus')

/** Why tests over the corpus are skipped; false where it is there. */
export const skipWithoutCorpus = existsSync(CORPUS) ? false : 'the corpus of real captures is not beside the checkout (../shared/corpus)'

export interface Scenario {
  readonly name: string
  /** netflow5, netflow9, ipfix or sflow. */
  readonly kind: string
  /** In the order in which they are fed; one exporter's state holds for all. */
  readonly files: readonly string[]
}

/** Every scenario of the reference, in its order; none where the corpus is not there. */
export function scenarios(): readonly Scenario[] {
  if (skipWithoutCorpus !== false) return []
  const lines = readFileSync(join(CORPUS, 'REFERENCE.tsv'), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
  return lines.slice(1).map(line => {
    const [name = '', kind = '', , files = ''] = line.split('\t')
    return { name, kind, files: files.split(' ; ').map(file => join(CORPUS, file.trim())) }
  })
}
