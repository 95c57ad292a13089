// Behind `npm start`, `npm test` and their kin. Any Node may start this file, so nothing newer than Node 12 may stand in it.
const major = Number(process.versions.node.split('.')[0])
if (major < 20) {
  console.error(`flowlens: needs Node 20 or newer to start, this is ${process.version}. Its own Node 26 is then installed by npm.`)
  process.exit(1)
}
import('./tasks.mjs').then(tasks => tasks.run(process.argv[2], process.argv.slice(3)))
