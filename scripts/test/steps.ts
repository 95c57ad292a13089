import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Tally } from './tally.ts'

/** Something that passes or fails as a whole; gives what is wrong, a line a finding, nothing where all is well. */
export interface Step {
  readonly name: string
  readonly run: (root: string) => Promise<readonly string[]>
}

/** The tools behind `npm run check`; they read the whole repository and write nothing. */
export function toolSteps(root: string): readonly Step[] {
  const web = existsSync(join(root, 'web', 'tsconfig.json'))
  return [
    tool('types', 'tsc', ['-p', '.']),
    ...(web ? [tool('types of the console', 'tsc', ['-p', 'web'])] : []),
    ...(existsSync(join(root, 'web', 'tsconfig.node.json')) ? [tool('types of the console’s tests', 'tsc', ['-p', 'web/tsconfig.node.json'])] : []),
    tool('lint', 'oxlint', ['--deny-warnings']),
    tool('format', 'oxfmt', ['--check']),
    tool('dead code', 'knip', ['--no-progress']),
  ]
}

function tool(name: string, command: string, args: readonly string[]): Step {
  return {
    name,
    run: async root => {
      const { code, output } = await capture(join(root, 'node_modules', '.bin', command), args, root)
      return code === 0 ? [] : [output]
    },
  }
}

/** Runs a step, prints a line and adds it to the tally as one test. */
export async function runStep(step: Step, root: string, tally: Tally): Promise<void> {
  const start = performance.now()
  // A check that cannot be carried out has failed; the others still run.
  const findings = await step.run(root).catch((error: unknown) => [error instanceof Error ? (error.stack ?? error.message) : String(error)])
  const took = `${((performance.now() - start) / 1000).toFixed(1)} s`
  console.log(`  ${findings.length === 0 ? 'ok    ' : 'FAILED'}  ${step.name}  ${took}`)
  if (findings.length === 0) tally.passed++
  else tally.failures.push({ name: step.name, detail: findings.join('\n') })
}

/** Runs a command to its end; its output is standard output and error as they came. */
export function capture(command: string, args: readonly string[], cwd: string): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code: code ?? 1, output: signal === null ? output : `${output}\nended by ${signal}` }))
  })
}
