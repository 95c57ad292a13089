/** Rules that look at records after their function wrote them; each template gets those its fields call for. */
import { STORED_COLUMNS, indexOf } from '../../schema/index.ts'
import type { Mapping } from '../registry/mapping.ts'
import type { AfterRecords, Definition } from '../types.ts'
import { nameInterfaces } from './interfaces.ts'
import { applySampling } from './sampling.ts'

const INTERFACES: ReadonlySet<number> = new Set([indexOf('in_if'), indexOf('out_if')])

/** The rules for records of this definition, in the order they run. */
export function rulesFor(definition: Definition, mapping: Mapping): readonly AfterRecords[] {
  const columns = new Set<number>()
  for (const { element } of definition.fields.slice(definition.scopes)) {
    const filled = mapping.filledBy.get(element)
    if (filled !== undefined && STORED_COLUMNS[filled.column] !== undefined) columns.add(filled.column)
  }
  const rules: AfterRecords[] = [applySampling]
  if ([...columns].some(column => INTERFACES.has(column))) rules.push(nameInterfaces)
  return rules
}
