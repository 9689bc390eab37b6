// A server that is up and refuses: the engine model for as many completions as the first argument says, then 500 for every second one.
import { Server } from 'node:http'

const [, , served, ...args] = process.argv
const { emit } = Server.prototype
let asked = 0
Server.prototype.emit = function (name, ...rest) {
  const [request, response] = rest
  const isCompletion = name === 'request' && request.url.endsWith('/completions')
  if (!isCompletion || ++asked <= Number(served) || asked % 2 === 0) return emit.call(this, name, ...rest)
  request.resume()
  response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"out of blocks"}}')
  return true
}
process.argv = [process.execPath, 'reprise', 'serve', ...args]
await import('../../../actions/dist/reprise.mjs')
