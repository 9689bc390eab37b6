// A server that loads for ever: it listens, and is not healthy.
import { createServer } from 'node:http'

const port = Number(process.argv[process.argv.indexOf('--port') + 1])
createServer((_, response) => response.writeHead(503).end()).listen(port, '127.0.0.1', () =>
  console.log('Loading weights'),
)
