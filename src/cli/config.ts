import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { configJsonSchema, exampleYaml, locateConfig, type Config } from '../config/index.ts'
import { shownSource } from '../enrich/index.ts'
import { UsageError } from './usage.ts'

const HELP = `Check the configuration, print it, write an example.

Usage: flowlens config check|print [FILE]
       flowlens config example|schema

  check    Tell every mistake of the file, with line and column.
  print    The whole configuration as FlowLens understands it, defaults and absolute paths included;
           user, password and keys in URLs are left out.
  example  A commented flowlens.yaml with every setting.
  schema   JSON Schema of flowlens.yaml, for editors.

FILE is flowlens.yaml by default, or what FLOWLENS_CONFIG names.
`

/** What is printed is often sent to others. */
function withoutSecrets(config: Config): Config {
  const { asDatabase, countryDatabase, cityDatabase, networks } = config.enrich
  const shown = { asDatabase: shownSource(asDatabase), countryDatabase: shownSource(countryDatabase), cityDatabase: shownSource(cityDatabase) }
  return { ...config, enrich: { ...config.enrich, ...shown, ...(networks === undefined ? {} : { networks: shownSource(networks) }) } }
}

/** `flowlens config`: throws FL_CONFIG_INVALID or FL_CONFIG_UNREADABLE where the file is not in order. */
export async function config(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, config: { type: 'string' } },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  const [verb, argument, ...more] = positionals
  if (more.length > 0) throw new UsageError(`one file at a time, not also ${more.join(' ')}`)
  switch (verb) {
    case 'check': {
      const { file } = locateConfig(argument ?? values.config)
      process.stdout.write(file === undefined ? 'there is no configuration file; the defaults apply\n' : `${file} is in order\n`)
      return 0
    }
    case 'print':
      process.stdout.write(stringify(withoutSecrets(locateConfig(argument ?? values.config).config)))
      return 0
    case 'example':
      process.stdout.write(exampleYaml())
      return 0
    case 'schema':
      process.stdout.write(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`)
      return 0
    default:
      throw new UsageError(
        verb === undefined ? 'say what to do: check, print, example or schema' : `there is no ${verb}; there are check, print, example and schema`,
      )
  }
}
