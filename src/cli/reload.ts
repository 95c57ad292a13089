/**
 * A changed flowlens.yaml put to use. Receiving is a process of its own, so the rest of the program is simply started anew with the
 * new settings and takes ingest over; ingest itself is started anew only when its own settings changed. A file that is wrong, or
 * with which the program does not start, changes nothing.
 */
import type { Config } from '../config/index.ts'
import { toError, type FlowLensError } from '../schema/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { Program } from './program.ts'

export interface Reloading extends Program {
  change(config: Config): void
  refuse(error: FlowLensError): void
}

export interface ReloadingDeps {
  readonly create: (config: Config) => Program
  readonly log: Log
  /** Sentences for the health page; ours are replaced at each change. */
  readonly complaints: string[]
  /** Ends the process. */
  readonly exit: (code: number) => void
}

export function createReloading(first: Config, deps: ReloadingDeps): Reloading {
  const { create, log, complaints } = deps
  let config = first
  let program = create(first)
  let working: Promise<void> = Promise.resolve()

  const complain = (sentence: string | null): void => void complaints.splice(0, complaints.length, ...(sentence === null ? [] : [sentence]))

  async function replace(wanted: Config): Promise<void> {
    const old = config
    await program.stop({ leaveIngest: true })
    try {
      program = create(wanted)
      await program.start()
      config = wanted
      log.info('configuration in use')
    } catch (thrown) {
      const { message } = toError(thrown)
      log.error('the changed configuration does not start; the old one is used again', { error: message })
      program = create(old)
      await program.start()
      complain(`flowlens.yaml was changed, but does not start: ${message}`)
    }
  }

  /** In turn: what is changed and what is in use are compared when the change before has ended. */
  async function apply(wanted: Config): Promise<void> {
    complain(null)
    log.setLevel(wanted.log.level)
    if (wanted.dataDir !== config.dataDir) {
      complain('flowlens.yaml names another dataDir; that takes effect at the next start')
      log.warn('another dataDir takes effect at the next start')
      return
    }
    if (JSON.stringify({ ...wanted, log: null }) === JSON.stringify({ ...config, log: null })) return
    await replace(wanted)
  }

  /** With neither the new nor the old settings to run with, there is no program left. */
  function giveUp(thrown: unknown): void {
    log.error('the program could not be started again', { error: toError(thrown) })
    log.flush()
    deps.exit(1)
  }

  return {
    start: () => program.start(),
    async stop() {
      await working
      await program.stop()
    },
    change(wanted) {
      working = working.then(() => apply(wanted)).catch(giveUp)
    },
    refuse(error) {
      complain(error.message)
      log.error('configuration refused; the old one stays in use', { error: error.message })
    },
  }
}
