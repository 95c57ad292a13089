/** What a page of an entity looks at: range and filter of the scope, within the entity's term. Every tab asks from here. */
import { useMemo } from 'react'
import { useScope } from '../address/location.ts'
import type { Scope } from '../address/scope.ts'
import type { RangeMs } from '../address/time.ts'
import { askedOf, type Asked } from '../api/counting.ts'
import type { QueryBody } from '../api/types.ts'
import { granularityFor } from '../chart/granularity.ts'
import { useSight } from '../api/sight.ts'
import { sideTerms, within, type Entity } from './place.ts'

type Question = Asked & Pick<QueryBody, 'from' | 'to'>

export interface Look {
  readonly entity: Entity
  readonly scope: Scope
  readonly range: RangeMs
  readonly moving: boolean
  /** Grows when all has to be asked anew. */
  readonly mark: number
  readonly granularity: number
  /** A question about either end, about its being the source, and about its being the destination. */
  readonly either: Question
  readonly from: Question
  readonly to: Question
  /** Any of them, narrowed by one more condition. */
  readonly narrowed: (question: Question, term: string) => Question
}

export function useLook(entity: Entity, asked: number): Look {
  const [scope] = useScope()
  const sight = useSight(scope)
  const { words, range, moving, mark } = sight
  const width = range.to - range.from
  // A range that moves has the same questions from second to second.
  const questions = useMemo(() => {
    const [source, destination] = sideTerms(entity)
    const about = (term: string): Question => ({ ...words, ...askedOf({ ...scope, filter: within(term, scope.filter) }) })
    return { either: about(entity.term), from: about(source), to: about(destination) }
  }, [entity, words, scope])
  return {
    entity,
    scope,
    range,
    moving,
    mark: mark * 1000 + asked,
    granularity: granularityFor(width),
    ...questions,
    narrowed: (question, term) => ({ ...question, filter: within(term, question.filter) }),
  }
}
