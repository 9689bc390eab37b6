import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { captureCli } from '../capture-cli.ts'
import { type Totals, totalsOf } from './peer-traces.ts'

/** An agent without headers whose calls of tools are inferred: one of a tool, and one that starts a subagent. */
export async function capturedTools(): Promise<{ shard: string; own: Totals; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-captured-tools-'))
  const upstream = await scriptedServer()
  const capture = await captureCli(upstream.url, join(folder, 'capture'))
  const ask = async (...messages: object[]) => {
    const body = JSON.stringify({ model: 'm', messages })
    const reply = await fetch(`${capture.url}/v1/chat/completions`, { method: 'POST', body })
    const { choices } = (await reply.json()) as { choices: { message: object }[] }
    return choices[0]!.message
  }
  const root = [{ role: 'user', content: 'look around '.repeat(100) }]
  const called = await ask(...root)
  // The subagent, whose first message was an argument of the call.
  const child = await ask({ role: 'user', content: task })
  await ask({ role: 'user', content: task }, child, { role: 'user', content: 'and more' })
  const results = ['c1', 'c2'].map((id) => ({ role: 'tool', tool_call_id: id, content: `result of ${id}` }))
  await ask(...root, called, ...results)
  await capture.stop()
  upstream.close()
  const shard = join(folder, 'capture', 'capture.000000.jsonl.gz')
  return { shard, own: await totalsOf(shard), remove: () => rmSync(folder, { recursive: true }) }
}

const task = 'count the files of this folder and of those in it'

/** Calls two tools where the last message is the first of the agent, and answers everything else. */
async function scriptedServer(): Promise<{ url: string; close: () => void }> {
  const server = http.createServer(async (request, response) => {
    let text = ''
    for await (const part of request) text += part
    if (request.url === '/tokenize') {
      response.writeHead(404).end()
      return
    }
    const { messages } = JSON.parse(text) as { messages: { content: string }[] }
    const isFirst = messages.length === 1 && messages[0]!.content !== task
    const call = (id: string, name: string, given: object) => ({
      ...{ id, type: 'function', function: { name, arguments: JSON.stringify(given) } },
    })
    const calls = [call('c1', 'ls', { path: '.' }), call('c2', 'task', { prompt: task })]
    const message = isFirst
      ? { role: 'assistant', content: null, tool_calls: calls }
      : { role: 'assistant', content: 'so it is' }
    const usage = { prompt_tokens: Math.ceil(text.length / 4), completion_tokens: 20 }
    response.end(
      JSON.stringify({ choices: [{ index: 0, message, finish_reason: isFirst ? 'tool_calls' : 'stop' }], usage }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
