/**
 * A server that misbehaves on demand; run as a program: `node fake-server.fixture.ts DEED...`, each deed a word or `word=value`, in order.
 * It answers /health and completions until it is ended, or asked at /exit to end with 3, and / with what it was given.
 */
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'

const self = fileURLToPath(import.meta.url)
const state = { health: 200, chat: 200, plain: 200 }

const deeds: Record<string, (value: string) => void> = {
  say: (text) => process.stdout.write(`${text}\n`),
  complain: (text) => process.stderr.write(`${text}\n`),
  lines: (count) => {
    for (let i = 1; i <= Number(count); i++) process[i % 2 ? 'stdout' : 'stderr'].write(`line ${i}\n`)
  },
  exit: (code) => process.exit(Number(code)),
  'exit-after': (ms) => setTimeout(() => process.exit(3), Number(ms)),
  'killed-after': (ms) => setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(ms)),
  health: (status) => (state.health = Number(status)),
  chat: (status) => (state.chat = Number(status)),
  plain: (status) => (state.plain = Number(status)),
  'ignore-term': () => process.on('SIGTERM', () => {}),
  hang: () => setInterval(() => {}, 60_000),
  /** A worker in a session of its own, without our environment, that takes no notice of SIGTERM. */
  'hidden-worker': () => worker({ detached: true, env: {} }),
  /** A worker in our session, without our environment. */
  'wiped-worker': () => worker({ detached: false, env: {} }),
  /** A worker in a session of its own, without our environment, whose parent ends a moment later: nothing shows whose it is. */
  'lost-worker': (ms) => {
    const script = `
      const worker = require('node:child_process').spawn(process.execPath, ${JSON.stringify([self, 'ignore-term', 'hang'])},
        { stdio: 'ignore', detached: true, env: {} })
      process.stdout.write('worker ' + worker.pid + '\\n')
      setTimeout(() => process.exit(0), ${Number(ms)})`
    spawn(process.execPath, ['-e', script], { stdio: 'inherit', env: {} }).on('exit', () => {
      process.stdout.write('its parent has ended\n')
    })
  },
  serve: (port) => serve(Number(port)),
}

for (const word of process.argv.slice(2)) {
  const [name, ...value] = word.split('=')
  // Flags are there to be seen at /.
  if (!word.startsWith('-')) deeds[name!]!(value.join('='))
}

function worker(options: { detached: boolean; env: Record<string, string> }): void {
  const child = spawn(process.execPath, [self, 'ignore-term', 'hang'], { stdio: 'ignore', ...options })
  process.stdout.write(`worker ${child.pid}\n`)
}

function serve(port: number): void {
  createServer((request, response) => {
    if (request.url === '/exit') process.exit(3)
    const status = { '/health': state.health, '/v1/chat/completions': state.chat, '/v1/completions': state.plain }
    response.statusCode = status[request.url as keyof typeof status] ?? 200
    response.end(JSON.stringify({ argv: process.argv.slice(2), env: process.env }))
  })
    .on('error', (error) => {
      process.stderr.write(`${error.message}\n`)
      process.exit(1)
    })
    .listen(port, '127.0.0.1')
}
