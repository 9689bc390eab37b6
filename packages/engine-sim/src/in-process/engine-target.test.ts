import type { PlannedRequest } from '@reprise/replay-engine'
import { VirtualClock, WallClock } from '@reprise/replay-engine/clock'
import { targetContract } from '@reprise/replay-engine/contracts'
import type { Observer, Outcome } from '@reprise/wire'
import { describe, expect, test } from 'vitest'
import { defaultEngine } from '../core/default-engine.ts'
import type { EngineConfig } from '../core/engine-config.ts'
import { fleetOf } from '../core/engines/fleet-of.ts'
import { makeEngine } from '../core/engines/make-engine.ts'
import { behindFrontend } from './behind-frontend.ts'
import { EngineTarget } from './engine-target.ts'

/** A step takes 10 ms, and 1 ms for each prefill token; blocks of 4. */
function tinyEngine(): EngineConfig {
  return {
    ...defaultEngine(),
    scheduler: { ...defaultEngine().scheduler, blockSize: 4, numBlocks: 101, maxModelLen: 100 },
    stepTime: {
      baseMs: 10,
      prefillMsPerToken: 1,
      prefillMsPerMillionTokenContext: 0,
      decodeMsPerSequence: 0,
      decodeMsPerThousandContext: 0,
    },
  }
}

function plannedRequest(
  turn: number,
  blocks: readonly number[],
  changes: Partial<PlannedRequest> = {},
): PlannedRequest {
  return {
    ...{
      id: `0.0.0.${turn}`,
      phase: 'profiling',
      lane: 0,
      play: 0,
      traceId: 't',
      traceIndex: 0,
      sessionIndex: 0,
      turn,
    },
    inputTokens: blocks.length * 4 + 1,
    outputTokens: 3,
    prompt: {
      seed: 1,
      scope: '0.0',
      blockSize: 4,
      blocks: Uint32Array.from(blocks),
      tailTokens: 1,
      tailKey: `0.${turn}`,
    },
    ...changes,
  }
}

function observer(): Observer & { readonly seen: string[] } {
  const seen: string[] = []
  return {
    seen,
    connecting: (atMs) => seen.push(`connecting ${atMs}`),
    sent: (atMs) => seen.push(`sent ${atMs}`),
    headers: (atMs) => seen.push(`headers ${atMs}`),
    chunk: (atMs, kind, tokens) => seen.push(`${kind} ${tokens} ${atMs}`),
    resent: () => seen.push('resent'),
  }
}

const never = new AbortController().signal

for (const everyToken of [false, true]) {
  targetContract(`engine model, virtual time${everyToken ? ', every token' : ''}`, () => {
    const clock = new VirtualClock()
    return { clock, target: new EngineTarget(clock, defaultEngine(), { everyToken }), drive: (main) => clock.run(main) }
  })
}

targetContract('engine model behind a front end, virtual time', () => {
  const clock = new VirtualClock()
  const frontend = { inMs: 2, jitterMs: 3, firstOutMs: 5, lastOutMs: 1 }
  const target = behindFrontend(clock, new EngineTarget(clock, defaultEngine()), frontend)
  return { clock, target, drive: (main) => clock.run(main) }
})

targetContract('engine model, wall time', () => {
  const clock = new WallClock()
  return { clock, target: new EngineTarget(clock, defaultEngine(), { everyToken: true }), drive: (main) => main() }
})

describe('on virtual time', () => {
  test('first token at its instant, the rest at the last one, and the usage of a server', async () => {
    const clock = new VirtualClock()
    const target = new EngineTarget(clock, tinyEngine())
    const [first, second] = [observer(), observer()]
    const outcomes = await clock.run(async () => [
      await target.send(plannedRequest(0, [1, 2]), first, never),
      await target.send(plannedRequest(1, [1, 2, 3]), second, never),
    ])
    expect(first.seen).toEqual(['sent 0', 'headers 0', 'answer 1 19', 'answer 2 39'])
    // Of 13 tokens 8 are cached: 15 ms for the first step.
    expect(second.seen).toEqual(['sent 39', 'headers 39', 'answer 1 54', 'answer 2 74'])
    expect(outcomes).toEqual<Outcome[]>([
      { kind: 'ok', finishReason: 'length', usage: { inputTokens: 9, outputTokens: 3, cachedTokens: 0 } },
      { kind: 'ok', finishReason: 'length', usage: { inputTokens: 13, outputTokens: 3, cachedTokens: 8 } },
    ])
  })

  test('behind a front end a request comes later to the engine, and what it tells later to the client', async () => {
    const clock = new VirtualClock()
    const frontend = { inMs: 4, firstOutMs: 3, lastOutMs: 2 }
    const target = behindFrontend(clock, new EngineTarget(clock, tinyEngine()), frontend)
    const [first, second] = [observer(), observer()]
    const inFlight: string[] = []
    await clock.run(async () => {
      for (const atMs of [24, 27]) clock.at(atMs, () => inFlight.push(`${atMs}: ${[...target.tokensInFlight!()]}`))
      await target.send(plannedRequest(0, [1, 2]), first, never)
      await target.send(plannedRequest(1, [1, 2, 3]), second, never)
    })
    // 4 ms in, 19 and 39 in the engine, 3 and 2 out.
    expect(first.seen).toEqual(['sent 0', 'headers 4', 'answer 1 26', 'answer 2 45'])
    expect(second.seen).toEqual(['sent 45', 'headers 49', 'answer 1 67', 'answer 2 86'])
    expect(inFlight).toEqual(['24: ', '27: 0.0.0.0,1'])
  })

  test('jitter is drawn anew for each request, and the same for the same', async () => {
    const sentTo = async (turn: number) => {
      const clock = new VirtualClock()
      const target = behindFrontend(clock, new EngineTarget(clock, tinyEngine()), {
        inMs: 1,
        jitterMs: 10,
        firstOutMs: 0,
        lastOutMs: 0,
      })
      const seen = observer()
      await clock.run(() => target.send(plannedRequest(turn, [1, 2]), seen, never))
      return Number(seen.seen[1]!.split(' ')[1])
    }
    const drawn = await Promise.all([0, 1, 2, 3].map(sentTo))
    expect(new Set(drawn).size).toBe(4)
    expect(Math.min(...drawn)).toBeGreaterThan(1)
    expect(await sentTo(0)).toBe(drawn[0])
  })

  test('what has come of those in flight is known at any instant, whatever they have told', async () => {
    const clock = new VirtualClock()
    const target = new EngineTarget(clock, tinyEngine())
    const seen = observer()
    await clock.run(async () => {
      for (const atMs of [5, 25, 38]) clock.at(atMs, () => seen.seen.push(`${atMs}: ${[...target.tokensInFlight()]}`))
      await target.send(plannedRequest(0, [1, 2], { outputTokens: 4 }), seen, never)
    })
    expect(seen.seen.slice(2)).toEqual(['5: ', 'answer 1 19', '25: 0.0.0.0,1', '38: 0.0.0.0,2', 'answer 3 49'])
    expect([...target.tokensInFlight()]).toEqual([])
  })

  test('every token at its own instant where that is asked for', async () => {
    const clock = new VirtualClock()
    const target = new EngineTarget(clock, tinyEngine(), { everyToken: true })
    const seen = observer()
    await clock.run(() => target.send(plannedRequest(0, [1, 2]), seen, never))
    expect(seen.seen.slice(2)).toEqual(['answer 1 19', 'answer 1 29', 'answer 1 39'])
  })

  test('requests that run together share steps', async () => {
    const clock = new VirtualClock()
    const target = new EngineTarget(clock, tinyEngine())
    const [one, other] = [observer(), observer()]
    await clock.run(() =>
      Promise.all([
        target.send(plannedRequest(0, [1, 2]), one, never),
        target.send(plannedRequest(1, [3, 4], { sessionIndex: 1, outputTokens: 5 }), other, never),
      ]),
    )
    expect(one.seen.slice(2)).toEqual(['answer 1 28', 'answer 2 48'])
    expect(other.seen.slice(2)).toEqual(['answer 1 28', 'answer 4 68'])
  })

  test('an aborted request is cancelled at once and its blocks are freed', async () => {
    const clock = new VirtualClock()
    const target = new EngineTarget(clock, tinyEngine())
    const controller = new AbortController()
    const seen = observer()
    const outcome = await clock.run(async () => {
      clock.at(25, () => controller.abort())
      const cancelled = await target.send(plannedRequest(0, [1, 2], { outputTokens: 50 }), seen, controller.signal)
      expect(clock.now()).toBe(25)
      await target.send(plannedRequest(1, [3]), observer(), never)
      return cancelled
    })
    expect(outcome).toEqual({ kind: 'cancelled' })
    expect(seen.seen).toEqual(['sent 0', 'headers 0', 'answer 1 19'])
    expect(target.counts).toMatchObject({ running: 0, waiting: 0, usedBlocks: 0, finishedRequests: 1 })
  })

  test('a signal that was aborted before: nothing is sent', async () => {
    const target = new EngineTarget(new VirtualClock(), tinyEngine())
    const seen = observer()
    expect(await target.send(plannedRequest(0, [1]), seen, AbortSignal.abort())).toEqual({ kind: 'cancelled' })
    expect(seen.seen).toEqual([])
  })

  test('what does not fit the context is truncated, in the words of a server', async () => {
    const target = new EngineTarget(new VirtualClock(), tinyEngine())
    const tooLong = await target.send(plannedRequest(0, [], { inputTokens: 100 }), observer(), never)
    expect(tooLong).toMatchObject({
      kind: 'truncated',
      status: 400,
      message: /maximum context length is 100 tokens.*contains 100 input/,
    })
    const tooMuch = await target.send(plannedRequest(0, [], { inputTokens: 98 }), observer(), never)
    expect(tooMuch).toMatchObject({
      kind: 'truncated',
      message: /98 input tokens and requested 3 output.*maximum input length of 97/,
    })
    const fits = plannedRequest(
      0,
      Array.from({ length: 24 }, (_, id) => id),
    )
    const clock = new VirtualClock()
    expect(await clock.run(() => new EngineTarget(clock, tinyEngine()).send(fits, observer(), never))).toMatchObject({
      kind: 'ok',
    })
  })

  test('two plays, and a straggler of the earlier one, keep their caches apart', async () => {
    const clock = new VirtualClock()
    const target = new EngineTarget(clock, tinyEngine())
    const play = (turn: number, number: number) =>
      plannedRequest(turn, [1, 2, 3], {
        id: `${number}.${turn}`,
        play: number,
        prompt: { ...plannedRequest(turn, [1, 2, 3]).prompt, scope: `0.${number}` },
      })
    const cached = await clock.run(async () => {
      const tokens: (number | undefined)[] = []
      for (const request of [play(0, 0), play(0, 1), play(1, 0), play(1, 1)]) {
        const outcome = await target.send(request, observer(), never)
        tokens.push(outcome.kind === 'ok' ? outcome.usage?.cachedTokens : undefined)
      }
      return tokens
    })
    expect(cached).toEqual([0, 0, 12, 12])
  })
})

test('on real time the same instants come out, at the clock of the engine', async () => {
  const clock = new WallClock()
  const target = new EngineTarget(clock, tinyEngine(), { everyToken: true })
  const seen = observer()
  const outcome = await target.send(plannedRequest(0, [1, 2]), seen, never)
  expect(outcome).toMatchObject({ kind: 'ok' })
  const [sentMs, , ...chunks] = seen.seen.map((line) => Number(line.split(' ').at(-1)))
  expect(chunks.map((atMs) => Math.round(atMs - sentMs!))).toEqual([19, 29, 39])
})

test('a fleet takes requests in turn, and each of its engines serves as if it were alone', async () => {
  const clock = new VirtualClock()
  const target = new EngineTarget(clock, tinyEngine(), { makeEngine: fleetOf(2, makeEngine) })
  const [one, other] = [observer(), observer()]
  await clock.run(() =>
    Promise.all([
      target.send(plannedRequest(0, [1, 2]), one, never),
      target.send(plannedRequest(1, [3, 4], { sessionIndex: 1, outputTokens: 5 }), other, never),
    ]),
  )
  expect(one.seen.slice(2)).toEqual(['answer 1 19', 'answer 2 39'])
  expect(other.seen.slice(2)).toEqual(['answer 1 19', 'answer 4 59'])
  expect(target.counts).toMatchObject({ finishedRequests: 2, totalBlocks: 200 })
})

test('an observer that throws rejects its own request, and no other', async () => {
  const clock = new VirtualClock()
  const target = new EngineTarget(clock, tinyEngine())
  const [broken, sound] = [observer(), observer()]
  broken.chunk = () => {
    throw new Error('a bug')
  }
  const outcomes = await clock.run(() =>
    Promise.allSettled([
      target.send(plannedRequest(0, [1, 2]), broken, never),
      target.send(plannedRequest(1, [3, 4], { sessionIndex: 1 }), sound, never),
    ]),
  )
  expect(outcomes).toMatchObject([
    { status: 'rejected', reason: new Error('a bug') },
    { status: 'fulfilled', value: { kind: 'ok' } },
  ])
  expect(sound.seen.slice(2)).toEqual(['answer 1 28', 'answer 2 48'])
})
