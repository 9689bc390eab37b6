import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../clock/virtual-clock.ts'
import { WallClock } from '../clock/wall-clock.ts'
import { targetContract } from '../port/target.contract.ts'
import { ScriptedTarget } from './scripted-target.ts'

targetContract('scripted, virtual time', () => {
  const clock = new VirtualClock()
  return { clock, target: new ScriptedTarget(clock), drive: (main) => clock.run(main) }
})

targetContract('scripted, wall time', () => {
  const clock = new WallClock()
  const target = new ScriptedTarget(clock, () => ({ firstTokenMs: 3, tokenMs: 0.5 }))
  return { clock, target, drive: (main) => main() }
})

describe('ScriptedTarget', () => {
  test('one token at first, then chunks of the given size at the given pace', async () => {
    const clock = new VirtualClock()
    const target = new ScriptedTarget(clock, () => ({ firstTokenMs: 50, tokenMs: 2, chunkTokens: 3 }))
    const chunks: [number, number | undefined][] = []
    await clock.run(() =>
      target.send(
        requestFor(6),
        {
          connecting() {},
          sent() {},
          headers() {},
          resent() {},
          chunk: (atMs, _kind, tokens) => chunks.push([atMs, tokens]),
        },
        new AbortController().signal,
      ),
    )
    expect(chunks).toEqual([
      [50, 1],
      [56, 3],
      [60, 2],
    ])
  })

  test('a scripted failure comes after its time and without a token', async () => {
    const clock = new VirtualClock()
    const failure = { kind: 'failed', class: 'server-error', status: 500, message: 'out of order' } as const
    const target = new ScriptedTarget(clock, () => ({ firstTokenMs: 30, outcome: failure }))
    const seen: string[] = []
    const outcome = await clock.run(() =>
      target.send(
        requestFor(6),
        {
          connecting: () => seen.push('connecting'),
          sent: () => seen.push('sent'),
          headers: () => seen.push('headers'),
          resent: () => seen.push('resent'),
          chunk: () => seen.push('chunk'),
        },
        new AbortController().signal,
      ),
    )
    expect({ outcome, seen, atMs: clock.now() }).toEqual({ outcome: failure, seen: ['sent'], atMs: 30 })
  })
})

function requestFor(outputTokens: number) {
  const prompt = { seed: 1, scope: 's', blockSize: 64, blocks: Uint32Array.of(), tailTokens: 10, tailKey: '0.0' }
  const place = { lane: 0, play: 0, traceId: 't', traceIndex: 0, sessionIndex: 0, turn: 0 }
  return { id: '0.0.0.0', phase: 'profiling' as const, ...place, inputTokens: 10, outputTokens, prompt }
}
