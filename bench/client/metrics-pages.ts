/** Serves metrics pages that are hard on whoever asks: one that is large, one that takes seconds, one that never comes. Prints their addresses as a line of JSON. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A page of 5,000 series, as a large deployment has, every value another one each time. */
let asked = 0
const page = () => {
  asked += 1
  return Array.from({ length: 5_000 }, (_, i) => `vllm:request_success_total{engine="${i}"} ${asked * i}\n`)
}

const server = createServer(async (request, response) => {
  if (request.url === '/stalled') return
  if (request.url === '/large') {
    response.end(page().join(''))
    return
  }
  // Twenty pieces in four seconds, less than a page has.
  const lines = page()
  for (let at = 0; at < lines.length && !response.destroyed; at += 250) {
    response.write(lines.slice(at, at + 250).join(''))
    await pause(200)
  }
  response.end()
})
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  process.stdout.write(`${JSON.stringify(['large', 'slow', 'stalled'].map((name) => `${url}/${name}`))}\n`)
})
