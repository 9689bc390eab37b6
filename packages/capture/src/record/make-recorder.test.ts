import { expect, test } from 'vitest'
import { makeRecorder } from './make-recorder.ts'

test('an exchange that has ended is one record', () => {
  const lines: string[] = []
  const recorder = makeRecorder(
    { originUnixMs: 1_000_000, upstream: 'http://127.0.0.1:1', blockSize: 64, hashScope: 'global', payloads: false },
    { write: (line) => lines.push(line) },
  )
  recorder.begin({ id: 'a', form: 'chat', identity: new Map(), receivedMs: 10, body: Buffer.from('{}') })
  expect(lines).toEqual([])
  recorder.end('a', {
    firstTokenMs: 30,
    doneMs: 50,
    toolCalls: [],
    text: { answer: 'hi', reasoning: '', tool: '' },
    chunks: 1,
    usage: { inputTokens: 7, outputTokens: 2 },
    end: 'complete',
  })
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event_type: 'request_end', event_time_unix_ms: 1_000_050, request: { request_id: 'a', ttft_ms: 20 } },
  ])
  expect(recorder.totals()).toMatchObject({ requests: 1, inputTokens: 7, outputTokens: 2 })
})
