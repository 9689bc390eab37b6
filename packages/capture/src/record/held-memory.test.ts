import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { PromptTree } from '../prompt/prompt-tree.ts'
import { makeRecorder } from './make-recorder.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What is held once everything that can be let go was. */
function heldBytes(): number {
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

test('of replies and of what tools are given nothing is held, however many sessions there are', async () => {
  const recorder = makeRecorder(
    { originUnixMs: 0, upstream: 'http://127.0.0.1:1', blockSize: 64, hashScope: 'global', payloads: false },
    { write: () => {} },
  )
  const round = async (index: number) => {
    const body = Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: `task ${index}` }] }))
    const task = `${index} and ${'what to do '.repeat(4_000)}`
    recorder.begin({ id: `r${index}`, form: 'chat', identity: new Map(), receivedMs: index, body })
    recorder.end(`r${index}`, {
      ...{ status: 200, doneMs: index + 1, chunks: 1, end: 'complete' },
      toolCalls: [{ choice: 0, index: 0, id: `c${index}`, name: 'task' }],
      text: { answer: `${index} ${'words '.repeat(20_000)}`, reasoning: '', tool: `task{"prompt":"${task}"}` },
    })
    await recorder.flush()
  }
  for (let index = 0; index < 20; index += 1) await round(index)
  const before = heldBytes()
  for (let index = 20; index < 100; index += 1) await round(index)
  // 80 replies of 160 kB are 12 MiB.
  expect((heldBytes() - before) / 2 ** 20).toBeLessThan(4)
  expect(recorder.totals().sessions).toBe(100)
})

test.each([
  ['of 250 blocks', 1_000, 400],
  ['of a few tokens', 3, 2_000],
])('what prompts %s are remembered by takes what it may, and no more', (_, tokens, prompts) => {
  const maxBytes = 2 ** 19
  const tree = new PromptTree({ blockSize: 4, maxBytes })
  const before = heldBytes()
  for (let index = 0; index < prompts; index += 1) {
    const fresh = [new Uint32Array(tokens).fill(index)]
    const key = Buffer.from(`prompt ${index}`.padEnd(33)).toString('base64')
    tree.place({ salt: '', keys: [key], fresh }, { told: undefined, isExact: true })
  }
  expect(tree.forgotten).toBeGreaterThan(prompts / 2)
  expect(heldBytes() - before).toBeLessThan(2 * maxBytes)
})
