import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from './monotonic.ts'

export interface StreamDelays {
  /** From the first byte of the request to the first chunk. */
  readonly firstTokenMs: number[]
  /** From when the server wrote a chunk to when it was here. */
  readonly chunkMs: number[]
  /** Sent in all, those of the warm-up too. */
  requests: number
}

/**
 * Sessions at an endpoint: each sends a prompt of so many bytes that grows by two messages turn by turn, as an agent's does, and reads the reply; after
 * some turns it goes back to its first, so that what is asked of an endpoint is the same all the time. What begins in the first `warmupMs` does not count.
 */
export async function measureStreams(
  url: string,
  {
    streams,
    promptBytes,
    warmupMs,
    durationMs,
  }: { streams: number; promptBytes: number; warmupMs: number; durationMs: number },
): Promise<StreamDelays> {
  const delays: StreamDelays = { firstTokenMs: [], chunkMs: [], requests: 0 }
  const fromMs = monotonicMs() + warmupMs
  const untilMs = fromMs + durationMs
  const agent = new http.Agent({ keepAlive: true })
  const session = async (index: number) => {
    // Spread over the warm-up, so that they do not move together.
    await sleep((warmupMs * index) / streams)
    const task = { role: 'user', content: `session ${index} ${'words of a prompt '.repeat(promptBytes / 18)}` }
    const first = Buffer.from(`{"model":"m","stream":true,"messages":[${JSON.stringify(task)}`)
    let prompt = first
    for (let turns = index; monotonicMs() < untilMs; turns += 1) {
      if (turns % turnsOfSession === 0) prompt = first
      await turn(`${url}/v1/chat/completions`, { body: Buffer.concat([prompt, end]), agent, fromMs, delays })
      prompt = Buffer.concat([prompt, more])
    }
  }
  await Promise.all(Array.from({ length: streams }, (_, index) => session(index)))
  agent.destroy()
  return delays
}

const turnsOfSession = 25

// Put together as text for every turn, prompts would hold up the client, and with it the chunks of other streams, for milliseconds.
const end = Buffer.from(']}')
const more = Buffer.from(
  `,${JSON.stringify({ role: 'assistant', content: ' word'.repeat(100) })},${JSON.stringify({ role: 'user', content: 'and more of it' })}`,
)

function turn(
  url: string,
  { body, agent, fromMs, delays }: { body: Buffer; agent: http.Agent; fromMs: number; delays: StreamDelays },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const sentMs = monotonicMs()
    delays.requests += 1
    const counts = sentMs >= fromMs
    let isFirst = true
    const request = http.request(
      url,
      { method: 'POST', agent, headers: { 'content-length': body.length } },
      (reply) => {
        reply.on('data', (bytes: Buffer) => {
          const atMs = monotonicMs()
          const writtenMs = Number(/"atMs":([\d.]+)/.exec(bytes.toString('latin1'))?.[1])
          if (counts && writtenMs > 0) {
            if (isFirst) delays.firstTokenMs.push(atMs - sentMs)
            delays.chunkMs.push(atMs - writtenMs)
          }
          isFirst = false
        })
        reply.on('end', resolve)
        reply.on('error', reject)
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}
