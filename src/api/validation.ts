/** Holds inputs against their schemas. Query strings and paths are text and are converted; bodies must be as the schema says. */
import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { FlowLensError } from '../schema/index.ts'

interface Mistake {
  readonly keyword: string
  readonly instancePath: string
  readonly message: string
  readonly params: object
}

const PARTS: Readonly<Record<string, string>> = { body: 'body', querystring: 'query string', params: 'path' }

function describe(mistakes: readonly Mistake[], part: string): string {
  // An unknown key gives a second mistake inside it; the one that names it comes with the list.
  const unknown = mistakes.find(mistake => mistake.keyword === 'additionalProperties')
  if (unknown !== undefined && 'additionalProperties' in unknown.params && Array.isArray(unknown.params.additionalProperties)) {
    return `unknown key ${unknown.params.additionalProperties.map(key => JSON.stringify(key)).join(', ')} in the ${part}`
  }
  const first = mistakes[0]
  if (first === undefined) return `the ${part} does not fit`
  const path = first.instancePath.slice(1).replaceAll('/', '.')
  const allowed =
    first.keyword === 'enum' && 'allowedValues' in first.params && Array.isArray(first.params.allowedValues) ? `: ${first.params.allowedValues.join(', ')}` : ''
  return `${path === '' ? part : path}: ${first.message}${allowed}`
}

/** Makes fastify check with TypeBox; a mistake is FL_API_INVALID and names the field. */
export function installValidation(app: FastifyInstance): void {
  app.setValidatorCompiler<TSchema>(({ schema, httpPart = 'body' }) => {
    const compiled = Compile(schema)
    const part = PARTS[httpPart] ?? httpPart
    return (data: unknown) => {
      const value = httpPart === 'body' ? data : Value.Convert(schema, data)
      if (compiled.Check(value)) return { value }
      return { error: new FlowLensError('FL_API_INVALID', describe(compiled.Errors(value), part)) }
    }
  })
  // Answers are objects our handlers made for the purpose: nothing is stripped, so no field can vanish unseen.
  app.setSerializerCompiler(() => data => JSON.stringify(data))
}
