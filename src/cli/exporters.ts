/** `flowlens exporters`: which devices send to a running FlowLens, how they do, and what to configure on them. */
import { parseArgs } from 'node:util'
import { readAddress } from '../schema/index.ts'
import { printExporter, printExporters, type AdvisedDetail, type ListedExporter } from './print-exporter.ts'
import { askServer, printRefusal, SERVER_HELP, SERVER_OPTIONS, withServer, type Refusal } from './server.ts'
import { UsageError } from './usage.ts'

const HELP = `Usage: flowlens exporters [ADDRESS] [options]

Lists the devices that send to a running FlowLens: protocol, sampling, loss, clock, and codes of advice. With the ADDRESS of one:
its templates with their fields and the columns they fill, samplers, sequence numbers, unknown elements with samples, what was
refused and why, and advice in whole sentences.

  --json              the answer of the API instead of text
${SERVER_HELP}`

/** Runs the command; gives the exit code, 1 for an exporter nobody has heard of. Throws UsageError for a wrong option. */
export async function exporters(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean' }, ...SERVER_OPTIONS, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  const [address, ...more] = positionals
  if (more.length > 0) throw new UsageError('one exporter at a time, by its address')
  if (address !== undefined && readAddress(address) === undefined) throw new UsageError(`${address} is no address`)
  const print = <T extends Refusal>(reply: T, text: (reply: T) => string): number => {
    if (printRefusal(reply)) return 1
    process.stdout.write(values.json === true ? `${JSON.stringify(reply)}\n` : text(reply))
    return 0
  }
  return await withServer(values, async server => {
    if (address !== undefined) return print(await askServer<AdvisedDetail & Refusal>(server, `/api/v1/exporters/${encodeURIComponent(address)}`), printExporter)
    const list = await askServer<{ readonly rows: readonly ListedExporter[] } & Refusal>(server, '/api/v1/exporters')
    return print(list, ({ rows }) => printExporters(rows, Date.now()))
  })
}
