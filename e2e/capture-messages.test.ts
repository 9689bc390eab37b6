import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { captureCli, eventsIn, recordingServer } from './capture-cli.ts'
import { promptTokens, startMessagesServer } from './messages-server.ts'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('a client of Anthropic’s Messages: byte for byte, streamed and whole, and its counts are in the trace', async () => {
  const server = await startMessagesServer()
  onTestFinished(server.close)
  const behind = await recordingServer(server.url)
  onTestFinished(behind.close)
  const capture = await captureCli(behind.url, join(temporaryFolder(), 'capture'))
  const replies: Buffer[] = []
  for (const stream of [true, false]) {
    const reply = await fetch(`${capture.url}/v1/messages?beta=true`, {
      method: 'POST',
      headers: { 'x-api-key': 'k', 'anthropic-version': '2023-06-01', 'x-claude-code-session-id': 'one' },
      body: JSON.stringify({
        model: 'claude',
        max_tokens: 100,
        stream,
        system: [{ type: 'text', text: 'You are an agent', cache_control: { type: 'ephemeral' } }],
        messages: [{ role: 'user', content: 'what is here' }],
      }),
    })
    replies.push(Buffer.from(await reply.arrayBuffer()))
  }
  const { code, summary } = await capture.stop()
  expect(code).toBe(0)
  const passed = behind.passed.filter(({ path }) => path.startsWith('/v1/messages'))
  expect(passed.map(({ reply }) => String(reply))).toEqual(replies.map(String))
  expect(summary.requests).toBe(2)
  const counted = {
    agent_context: { session_id: 'one' },
    request: {
      input_tokens: promptTokens,
      output_tokens: 9,
      cached_tokens: 100,
      finish_reason_metadata: { finish_reason: 'tool_calls', tool_calls: [{ id: 'toolu_1', name: 'list' }] },
    },
  }
  expect(eventsIn(capture.out).filter(({ request }) => request)).toMatchObject([counted, counted])
  const check = await runHere(['trace', 'check', capture.out, '--expect-requests', '2', '--expect-sessions', '1'])
  expect(check.code, check.stdout + check.stderr).toBe(0)
})
