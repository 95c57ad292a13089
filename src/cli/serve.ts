/** `flowlens serve`: the whole program until it is told to stop. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { locateConfig, readEnvironment, watchConfig, type Config } from '../config/index.ts'
import { FlowLensError, toError } from '../schema/index.ts'
import { createDemo, type Demo, type Target } from '../simulate/index.ts'
import { createLog, type Log } from '../telemetry/index.ts'
import { createReloading } from './reload.ts'
import { createCollector, createProgram, type Program } from './program.ts'
import { version } from './version.ts'

const HELP = `Usage: flowlens serve [--config FILE] [--demo]

Receives flows, keeps them, and shows them: the whole program. Ends gracefully on SIGTERM and SIGINT.

  --config FILE  configuration (default: FLOWLENS_CONFIG, else flowlens.yaml, else the defaults)
  --demo         also run made-up exporters that send to the first listener for UDP
  --help         this text
`

const COLLECT_HELP = `Usage: flowlens collect [--config FILE]

Receives flows and keeps them in the spool, without flow store and console. Ends gracefully on SIGTERM and SIGINT.

  --config FILE  configuration (default: FLOWLENS_CONFIG, else flowlens.yaml, else the defaults)
  --help         this text
`

const ROOT = join(import.meta.dirname, '../..')

/** Waits for a signal; a second one ends the process at once. */
function untilSignal(): Promise<void> {
  return new Promise(resolve => {
    let asked = 0
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.on(name, () => {
        if (++asked > 1) process.exit(130)
        resolve()
      })
    }
  })
}

async function runUntilSignal(program: Program, log: Log): Promise<number> {
  // A reader of the log that went away is no reason to stop: flows and the health page go on.
  process.stderr.on('error', () => undefined)
  const signal = untilSignal()
  await program.start()
  await signal
  log.info('stopping')
  await program.stop()
  log.info('stopped')
  log.flush()
  return 0
}

/** The listener the demo sends to: the first for UDP. */
function demoTarget(config: Config): Target {
  const listener = config.listeners.find(({ transport }) => transport === 'udp')
  if (listener === undefined) throw new FlowLensError('FL_CONFIG_INVALID', 'the demo needs a listener for UDP, and `listeners` has none')
  const { address, port } = listener
  return { address: address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address, port }
}

const createDemoFor = (config: Config, log: Log): Demo => {
  const target = demoTarget(config)
  return createDemo(
    { targets: { v5: target, v9: target, ipfix: target, sflow: target } },
    { now: Date.now, onError: thrown => log.error('the demo ended', { error: toError(thrown) }) },
  )
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
  const complaints: string[] = []
  let told = false
  const demo = values.demo === true ? createDemoFor(config, log) : null
  const create = (wanted: Config): Program =>
    createProgram(wanted, {
      log,
      version: version(),
      webDirectory: join(ROOT, 'web/dist'),
      docsDirectory: join(ROOT, 'docs'),
      adminPassword: environment.values.FLOWLENS_ADMIN_PASSWORD,
      complaints: () => [...environment.mistakes, ...complaints],
      onReady: ({ address, admin }) => {
        if (told) return
        told = true
        process.stderr.write(`\nFlowLens ${version()} is ready: ${address}\n`)
        if (admin !== null) process.stderr.write(`Sign in as ${admin.name} with the password ${admin.password} (shown this once; change it under Access)\n`)
        process.stderr.write('\n')
      },
    })
  const reloading = createReloading(config, { create, log, complaints, exit: code => process.exit(code) })
  const watch = file === undefined ? null : watchConfig(file, { onChange: reloading.change, onRefused: reloading.refuse })
  return runUntilSignal(
    {
      async start() {
        await reloading.start()
        watch?.start()
        await demo?.start()
      },
      async stop() {
        watch?.stop()
        await demo?.stop()
        await reloading.stop()
      },
    },
    log,
  )
}

/** Runs `flowlens collect`; gives the exit code. */
export async function collect(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string' }, help: { type: 'boolean', short: 'h' } } })
  if (values.help === true) {
    process.stdout.write(COLLECT_HELP)
    return 0
  }
  const { config, file } = locateConfig(values.config)
  const log = createLog(config.log)
  const create = (wanted: Config): Program => createCollector(wanted, { log, version: version() })
  const reloading = createReloading(config, { create, log, complaints: [], exit: code => process.exit(code) })
  const watch = file === undefined ? null : watchConfig(file, { onChange: reloading.change, onRefused: reloading.refuse })
  return runUntilSignal(
    {
      async start() {
        await reloading.start()
        watch?.start()
      },
      async stop() {
        watch?.stop()
        await reloading.stop()
      },
    },
    log,
  )
}
