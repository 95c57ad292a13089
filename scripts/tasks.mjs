// The tasks of run.mjs. They bring the checkout to the state a task needs (packages installed, console built), then hand over to
// the project's own Node. Written for Node 20, since the first run has nothing newer; hence plain JavaScript, and no dependency.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const node = join(root, 'node_modules', 'node', 'bin', 'node')
const flowlens = join(root, 'bin', 'flowlens')

/** Ends the task with one line for the user. */
class Stop extends Error {}

const tasks = {
  async start(args) {
    install()
    buildConsole()
    const file = process.env.FLOWLENS_CONFIG || join(root, 'flowlens.yaml')
    const given = args.some(argument => argument === '--config' || argument.startsWith('--config='))
    if (!given && !existsSync(file)) {
      writeFileSync(file, capture(flowlens, ['config', 'example']))
      console.log(`flowlens: wrote ${file}; every setting stands in it with its default`)
    }
    return handOver(flowlens, ['serve', ...(given ? [] : ['--config', file]), ...args])
  },
  async test(args) {
    install()
    if (args.length === 0) buildConsole()
    return handOver(node, [join('scripts', 'test.ts'), ...args])
  },
  async bench(args) {
    install()
    return handOver(flowlens, ['bench', ...args])
  },
  /** Makes dist, which is what the npm package runs: the checkout's layout with the sources compiled, so that paths between files hold. */
  async build() {
    install()
    rmSync(join(root, 'dist'), { recursive: true, force: true })
    tool('tsc', ['-p', 'tsconfig.build.json'])
    nameCompiledFiles('dist')
    copyAssets('src')
    buildConsole()
    for (const path of ['package.json', 'docs', join('web', 'dist')]) {
      if (existsSync(join(root, path))) cpSync(join(root, path), join(root, 'dist', path), { recursive: true })
    }
    return 0
  },
}

/** Runs a task and ends the process with its exit code. */
export async function run(name, args) {
  process.chdir(root)
  try {
    if (!Object.hasOwn(tasks, name)) throw new Stop(`unknown task ${name}; there are ${Object.keys(tasks).join(', ')}`)
    process.exitCode = await tasks[name](args)
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    console.error(`flowlens: ${error.message}`)
    process.exitCode = 1
  }
}

/** Installs the packages of the lockfile unless they are there already. */
function install() {
  if (!installed()) {
    console.log('flowlens: installing packages, once (about 900 MB: the flow store and Node 26 are among them)')
    // Not `npm ci`: it refuses a lockfile without the entries of other platforms' optional packages, which npm leaves out where
    // they cannot be had. Without saving, an install keeps to the versions of the lockfile too.
    npm(['install', '--no-save', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'])
  }
  const version = existsSync(node) ? spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout : ''
  if (!/^v(2[6-9]|[3-9]\d)\./.test(version || '')) {
    throw new Stop(
      'Node 26 is missing below node_modules, because install scripts are switched off (ignore-scripts). Run: npm rebuild node --ignore-scripts=false',
    )
  }
}

/**
 * Whether node_modules holds what the lockfile names. npm's own record of the tree is compared, so an installation by hand counts
 * too, and one that was interrupted, which leaves no record, does not.
 */
function installed() {
  const record = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  const present = JSON.parse(readFileSync(record, 'utf8')).packages
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || (present[path] === undefined ? entry.optional === true : present[path].version === entry.version),
  )
}

/** Builds the console unless the last build was made of the same sources. */
function buildConsole() {
  if (!existsSync(join(root, 'web'))) return
  const stamp = join(root, 'node_modules', '.cache', 'flowlens', 'console')
  const sources = hashOf(['web', join('src', 'schema'), join('src', 'query'), 'package-lock.json'])
  const built = existsSync(join(root, 'web', 'dist', 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources
  if (built) return
  console.log('flowlens: building the console')
  tool('vite', ['build', 'web', '--logLevel', 'warn'])
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, sources)
}

/** tsc renames `.ts` in imports; here the same is done to files that are started by their address, such as workers. */
function nameCompiledFiles(folder) {
  for (const file of filesBelow(folder)) {
    if (!file.endsWith('.js')) continue
    const text = readFileSync(join(root, file), 'utf8')
    const named = text.replace(/new URL\((['"`])(\.[^'"`]*)\.ts\1, import\.meta\.url\)/g, 'new URL($1$2.js$1, import.meta.url)')
    if (named !== text) writeFileSync(join(root, file), named)
  }
}

/** Copies what the program reads beside its code: files that are neither TypeScript nor of tests. */
function copyAssets(folder) {
  for (const file of filesBelow(folder, ['fixtures'])) {
    if (!file.endsWith('.ts')) cpSync(join(root, file), join(root, 'dist', file))
  }
}

/** A hash over the names and contents of files and of all files in folders, tests and what was built left out. */
function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths.filter(path => existsSync(join(root, path)))) {
    const files = path.includes('.') ? [path] : filesBelow(path, ['dist', 'node_modules', 'fixture', 'test'])
    for (const file of files) if (!/\.test\.tsx?$/.test(file)) hash.update(`${file}\0`).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

/** The paths of all files in a folder, in order; folders of these names are left out wherever they are. */
function filesBelow(folder, without = []) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return without.includes(entry.name) ? [] : filesBelow(path, without)
      return entry.isFile() ? [path] : []
    })
}

/** Runs npm with the Node that runs it now, not with the one below node_modules that it may be about to replace. */
function npm(args) {
  const path = (process.env.PATH || '')
    .split(delimiter)
    .filter(folder => !folder.endsWith(join('node_modules', '.bin')))
    .join(delimiter)
  const env = { ...process.env, PATH: path }
  const { npm_execpath: script, npm_node_execpath: runner } = process.env
  const viaNpm = script !== undefined && runner !== undefined && /npm-cli\.c?js$/.test(script) && !runner.startsWith(join(root, 'node_modules'))
  const done = viaNpm
    ? spawnSync(runner, [script, ...args], { cwd: root, stdio: 'inherit', env })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', env })
  if (done.error) throw new Stop(`npm cannot be started (${done.error.code}); install npm, then start again`)
  if (done.status !== 0) throw new Stop(`'npm ${args[0]}' failed; its messages are above`)
}

/** Runs a tool of node_modules with the project's Node. */
function tool(name, args) {
  const done = spawnSync(join(root, 'node_modules', '.bin', name), args, { cwd: root, stdio: 'inherit', env: environment() })
  if (done.status !== 0) throw new Stop(`'${name} ${args.join(' ')}' failed; its messages are above`)
}

function capture(command, args) {
  const done = spawnSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  if (done.status !== 0) throw new Stop(`'${command} ${args.join(' ')}' failed; its messages are above`)
  return done.stdout
}

/** Starts the program and waits for it. Ctrl-C reaches it from the terminal; what is sent to this process alone is passed on. */
function handOver(command, args) {
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: environment() })
    process.on('SIGINT', () => undefined)
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.on('error', error => {
      console.error(`flowlens: ${command} cannot be run: ${error.message}`)
      resolve(1)
    })
    child.on('exit', (code, signal) => resolve(signal === null ? code : 128 + constants.signals[signal]))
  })
}

/** The environment in which a bare `node` is the project's. */
function environment() {
  return { ...process.env, PATH: [join(root, 'node_modules', '.bin'), process.env.PATH || ''].join(delimiter) }
}
