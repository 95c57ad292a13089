/** `flowlens serve`: the whole program until it is told to stop. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { locateConfig, readEnvironment, watchConfig, type Config } from '../config/index.ts'
import { FlowLensError } from '../schema/index.ts'
import { createDemo, type Target } from '../simulate/index.ts'
import { createLog, type Log } from '../telemetry/index.ts'
import { createCollector, createProgram, type Program } from './program.ts'

const HELP = `Usage: flowlens serve [--config FILE] [--demo]

Receives flows, keeps them, and shows them: the whole program. Ends gracefully on SIGTERM and SIGINT.

  --config FILE  configuration (default: FLOWLENS_CONFIG, else flowlens.yaml, else the defaults)
  --demo         also run made-up exporters that send to the first listener
  --help         this text
`

const COLLECT_HELP = `Usage: flowlens collect [--config FILE]

Receives flows and keeps them in the spool, without flow store and console. Ends gracefully on SIGTERM and SIGINT.

  --config FILE  configuration (default: FLOWLENS_CONFIG, else flowlens.yaml, else the defaults)
  --help         this text
`

const ROOT = join(import.meta.dirname, '../..')

interface Package {
  readonly version: string
}

/** Version of FlowLens, from its package. */
export const version = (): string => (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Package).version

/** Runs a program until a signal; a second signal ends it at once. */
async function runUntilSignal(program: Program, log: Log): Promise<number> {
  const signals = ['SIGTERM', 'SIGINT'] as const
  let signalled = (): void => {}
  const signal = new Promise<void>(resolve => (signalled = resolve))
  let asked = 0
  const onSignal = (): void => {
    if (++asked > 1) process.exit(130)
    signalled()
  }
  for (const name of signals) process.on(name, onSignal)
  await program.start()
  await signal
  log.info('stopping')
  await program.stop()
  log.info('stopped')
  log.flush()
  return 0
}

/** The listener the demo sends to. */
function demoTarget(config: Config): Target {
  const listener = config.listeners[0]
  if (listener === undefined) throw new FlowLensError('FL_CONFIG_INVALID', 'the demo needs a listener, and `listeners` is empty')
  const { address, port } = listener
  return { address: address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address, port }
}

/** Runs `flowlens serve`; gives the exit code. Throws what keeps the program from starting. */
export async function serve(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string' }, demo: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } })
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  const { config, file } = locateConfig(values.config)
  const environment = readEnvironment(process.env)
  const log = createLog(config.log)
  const refused: string[] = []
  const target = values.demo === true ? demoTarget(config) : null
  const demo = target === null ? null : createDemo({ targets: { v5: target, v9: target, ipfix: target } }, { now: Date.now, onError: error => log.error('the demo ended', { error: error instanceof Error ? error : new Error(String(error)) }) })
  const program = createProgram(config, {
    log, version: version(), webDirectory: join(ROOT, 'web/dist'), docsDirectory: join(ROOT, 'docs'),
    adminPassword: environment.values.FLOWLENS_ADMIN_PASSWORD, complaints: () => [...environment.mistakes, ...refused],
    onReady: ({ address, admin }) => {
      process.stderr.write(`\nFlowLens ${version()} is ready: ${address}\n`)
      if (admin !== null) process.stderr.write(`Sign in as ${admin.name} with the password ${admin.password} (shown this once; change it under Access)\n`)
      process.stderr.write('\n')
    },
  })
  const watch = file === undefined ? null : watchConfig(file, {
    onChange: changed => {
      refused.length = 0
      log.setLevel(changed.log.level)
      const same = JSON.stringify({ ...changed, log: null }) === JSON.stringify({ ...config, log: null })
      if (!same) refused.push('flowlens.yaml has changed; all but the log level takes effect at the next start')
      log.info('configuration read again', { needs_restart: !same })
    },
    onRefused: error => {
      refused.splice(0, refused.length, error.message)
      log.error('configuration refused; the old one stays in use', { error })
    },
  })
  return runUntilSignal({
    async start() {
      await program.start()
      watch?.start()
      await demo?.start()
    },
    async stop() {
      watch?.stop()
      await demo?.stop()
      await program.stop()
    },
  }, log)
}

/** Runs `flowlens collect`; gives the exit code. */
export async function collect(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string' }, help: { type: 'boolean', short: 'h' } } })
  if (values.help === true) {
    process.stdout.write(COLLECT_HELP)
    return 0
  }
  const { config } = locateConfig(values.config)
  const log = createLog(config.log)
  return runUntilSignal(createCollector(config, { log, version: version() }), log)
}
