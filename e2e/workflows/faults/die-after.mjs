// A server that dies: the engine model for as many completions as the first argument says, then the end, without a word to its clients.
// Counted and not timed: it is up for its launch however slow the machine is.
import { Server } from 'node:http'

const [, , served, ...args] = process.argv
const { emit } = Server.prototype
let asked = 0
Server.prototype.emit = function (name, ...rest) {
  const [request] = rest
  if (name === 'request' && request.url.endsWith('/completions') && ++asked > Number(served)) {
    console.error('CUDA error: an illegal memory access was encountered')
    process.exit(134)
  }
  return emit.call(this, name, ...rest)
}
process.argv = [process.execPath, 'reprise', 'serve', ...args]
await import('../../../actions/dist/reprise.mjs')
