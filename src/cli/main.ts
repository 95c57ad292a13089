/**
 * The command line. In: the words after `flowlens`. Out: the exit code of the command that the first one names; 0 is success, 1 a
 * failure, 2 a command line that was not understood. A command is loaded only when it is called, so `flowlens decode` never loads
 * the flow store. Errors are printed here and nowhere else. What a command does is left to its file.
 */
import { ENVIRONMENT, readEnvironment } from '../config/index.ts'
import { FlowLensError, closest } from '../schema/index.ts'
import { isUsageError } from './usage.ts'
import { version } from './version.ts'

type Command = (argv: readonly string[]) => Promise<number>

const COMMANDS = {
  serve: { summary: 'Receive, store and show flows: the whole program.', load: async () => (await import('./serve.ts')).serve },
  collect: { summary: 'Receive flows and pass them on, without store and console.', load: async () => (await import('./collect.ts')).collect },
  decode: { summary: 'Print the flows in capture files.', load: async () => (await import('./decode.ts')).decode },
  import: { summary: 'Read files of flows into a running FlowLens.', load: async () => (await import('./import.ts')).importCommand },
  query: { summary: 'Ask for flows: totals, top lists, series.', load: async () => (await import('./query.ts')).query },
  exporters: { summary: 'The devices that send: how they do, and what to configure on them.', load: async () => (await import('./exporters.ts')).exporters },
  simulate: { summary: 'Send the flows of made-up exporters.', load: async () => (await import('./simulate.ts')).simulate },
  bench: { summary: 'Measure this machine.', load: async () => (await import('./bench.ts')).bench },
  spool: { summary: 'Look into the rows on disk, check and replay them.', load: async () => (await import('./spool.ts')).spool },
  config: { summary: 'Check the configuration, print it, write an example.', load: async () => (await import('./config.ts')).config },
  user: { summary: 'Add a user, set a password, make an API key.', load: async () => (await import('./user.ts')).user },
} as const satisfies Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>>

const HELP = `FlowLens: a network-traffic analyzer and flow collector.

Usage: flowlens COMMAND [OPTIONS]

Commands:
${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join('\n')}

Options:
  --help     This text; after a command, its own.
  --version  Version of FlowLens.

Environment:
${ENVIRONMENT.map(({ name, doc }) => `  ${name}\n      ${doc}`).join('\n')}
`

/** Runs a command line and gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(HELP)
    return 0
  }
  if (name === '--version' || name === '-V' || name === 'version') {
    process.stdout.write(`flowlens ${version()}\n`)
    return 0
  }
  if (!isCommand(name)) {
    const meant = closest(name, Object.keys(COMMANDS))
    process.stderr.write(`flowlens: there is no command ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}\nSee flowlens --help.\n`)
    return 2
  }
  for (const mistake of readEnvironment(process.env).mistakes) process.stderr.write(`flowlens: ${mistake}\n`)
  try {
    const command = await COMMANDS[name].load()
    return await command(rest)
  } catch (error) {
    return report(error, name)
  }
}

function isCommand(name: string): name is keyof typeof COMMANDS {
  return Object.hasOwn(COMMANDS, name)
}

function report(error: unknown, command: string): number {
  if (isUsageError(error)) {
    process.stderr.write(`flowlens ${command}: ${error.message}\nSee flowlens ${command} --help.\n`)
    return 2
  }
  if (error instanceof FlowLensError) {
    process.stderr.write(`flowlens: ${error.message}\n${error.entry.help} (${error.code})\n`)
    return 1
  }
  process.stderr.write(`flowlens ${command}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return 1
}

// A reader that closed our output early, as `head` does, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
process.exitCode = await main(process.argv.slice(2))
