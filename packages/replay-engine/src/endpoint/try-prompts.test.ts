import { expect, onTestFinished, test } from 'vitest'
import { servers } from '../stand-ins/chat-templates.fixture.ts'
import { type StandInOptions, startStandInServer } from '../stand-ins/stand-in-server.ts'
import { probeEndpoint } from './probe-endpoint.ts'
import { tryPrompts } from './try-prompts.ts'

async function tried(options: StandInOptions, mostTokens?: number) {
  const server = await startStandInServer(options)
  onTestFinished(() => server.close())
  const probed = await probeEndpoint({ url: server.url })
  const before = server.calls.length
  const { beforeUser, behindLast } = probed.overhead
  const trial = await tryPrompts(
    { url: server.url, timeoutMs: 20_000, ...probed },
    { leastTokens: beforeUser + behindLast + 1, mostTokens, signal: new AbortController().signal },
  )
  return { trial, calls: server.calls.slice(before) }
}

test.each(Object.keys(servers))('of %s all are as long as they were made, and the pace is seen', async (name) => {
  const { trial, calls } = await tried(servers[name]!)
  expect(trial).toMatchObject({ asked: 5, exact: 5, uncounted: 0, failed: 0 })
  expect(trial).not.toHaveProperty('furthest')
  expect(trial.pace!.inputTokensPerS).toBeGreaterThan(0)
  expect(calls.map(({ outputTokens }) => outputTokens)).toEqual([1, 1, 1, 1, 16])
})

test('where words are two tokens each and nobody could be asked, none is', async () => {
  const countTokens = (text: string) => 2 * (text.match(/\S+/g) ?? []).length
  const { trial } = await tried({ tokenize: false, countTokens })
  expect(trial).toMatchObject({ asked: 5, exact: 0, failed: 0 })
  expect(trial.furthest!.counted).toBeGreaterThan(1.5 * trial.furthest!.planned)
})

test('what the model has no room for is not sent', async () => {
  expect((await tried({}, 600)).trial).toMatchObject({ asked: 3, exact: 3 })
})

test('it ends with the first that fails', async () => {
  let asked = 0
  const answer: StandInOptions['answer'] = (_, response) => {
    asked += 1
    // What the probe asks goes well.
    if (asked !== 3) return false
    response.writeHead(500).end('no')
    return true
  }
  const { trial } = await tried({ answer })
  expect(trial).toMatchObject({ asked: 2, exact: 1, failed: 1 })
})
