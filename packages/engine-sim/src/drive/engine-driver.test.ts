import type { Cancel, Clock } from '@reprise/replay-engine/clock'
import { expect, test } from 'vitest'
import { defaultEngine } from '../core/default-engine.ts'
import { makeEngine } from '../core/engines/make-engine.ts'
import { type DriverOptions, EngineDriver, longestReadMs } from './engine-driver.ts'
import type { ReplySink } from './reply-sink.ts'

/** A clock whose timers fire when the test says so, as late as it likes. */
class LateClock implements Clock {
  nowMs = 0
  #timers: { ms: number; run: () => void }[] = []

  now(): number {
    return this.nowMs
  }

  at(ms: number, run: () => void): Cancel {
    const timer = { ms, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Instants that callers wait for. */
  get due(): number[] {
    return this.#timers.map(({ ms }) => ms)
  }

  /** Lets time pass, and fires what has become due, once. */
  passTo(ms: number): void {
    this.nowMs = ms
    const due = this.#timers.filter((timer) => timer.ms <= ms)
    this.#timers = this.#timers.filter((timer) => timer.ms > ms)
    for (const { run } of due) run()
  }
}

/** Writes down what it hears: a token's instant, `end`, and `flush`. */
class HeardSink implements ReplySink {
  readonly heard: (number | string)[] = []
  tokens(count: number, atMs: number): void {
    for (let told = 0; told < count; told += 1) this.heard.push(atMs)
  }
  finished(): void {
    this.heard.push('end')
  }
  flush(): void {
    this.heard.push('flush')
  }
  failed(error: unknown): void {
    this.heard.push(String(error))
  }
}

const request = { promptTokens: 10, blockKeys: new Float64Array(0), outputTokens: 4, finishReason: 'length' as const }

const noTime = {
  prefillMsPerToken: 0,
  prefillMsPerMillionTokenContext: 0,
  decodeMsPerSequence: 0,
  decodeMsPerThousandContext: 0,
}

function startDriver(options: DriverOptions = {}) {
  const clock = new LateClock()
  const config = { ...defaultEngine(), stepTime: { ...noTime, baseMs: 10 } }
  return { clock, driver: new EngineDriver(clock, (listener) => makeEngine(config, listener), options) }
}

test('steps end at their modelled instants, however late the timers are', () => {
  const { clock, driver } = startDriver()
  const sink = new HeardSink()
  clock.nowMs = 100
  driver.submit(request, sink)
  clock.passTo(clock.due[0]!)
  expect(clock.due).toEqual([110])
  clock.passTo(113)
  expect(clock.due).toEqual([120])
  // Two steps are due by now: their tokens go out together, and the next step is not put off.
  clock.passTo(134)
  expect(clock.due).toEqual([140])
  clock.passTo(140)
  expect(sink.heard).toEqual([110, 'flush', 120, 130, 'flush', 140, 'end', 'flush'])
  expect(clock.due).toEqual([])
})

test('a request that comes while a timer is late joins the step that follows its arrival', () => {
  const { clock, driver } = startDriver()
  const [first, second] = [new HeardSink(), new HeardSink()]
  driver.submit(request, first)
  clock.passTo(0)
  clock.nowMs = 15
  driver.submit({ ...request, outputTokens: 1 }, second)
  clock.passTo(60)
  expect(first.heard).toEqual([10, 'flush', 20, 30, 40, 'end', 'flush'])
  expect(second.heard).toEqual([30, 'end', 'flush'])
})

test('requests of one instant that find the engine idle share its first step', () => {
  const { clock, driver } = startDriver()
  const [first, second] = [new HeardSink(), new HeardSink()]
  driver.submit({ ...request, outputTokens: 1 }, first)
  driver.submit({ ...request, outputTokens: 1 }, second)
  clock.passTo(0)
  clock.passTo(10)
  expect([first.heard, second.heard]).toEqual([
    [10, 'end', 'flush'],
    [10, 'end', 'flush'],
  ])
})

test('a hearer may end a request while it is told of it, though the timer is late and others have come', () => {
  const { clock, driver } = startDriver()
  const [first, second, third] = [new HeardSink(), new HeardSink(), new HeardSink()]
  let abort = () => {}
  const hear = first.tokens.bind(first)
  first.tokens = (count, atMs) => {
    hear(count, atMs)
    abort()
  }
  abort = driver.submit(request, first)
  driver.submit(request, second)
  clock.passTo(0)
  clock.nowMs = 5
  driver.submit({ ...request, outputTokens: 2 }, third)
  clock.passTo(35)
  clock.passTo(60)
  expect(first.heard).toEqual([10, 'flush'])
  expect(second.heard).toEqual([10, 20, 30, 'flush', 40, 'end', 'flush'])
  expect(third.heard).toEqual([20, 30, 'end', 'flush'])
  expect(driver.counts).toMatchObject({ running: 0, usedBlocks: 0 })
  expect(clock.due).toEqual([])
})

test('a request whose hearer has a bug is told so once, and the one beside it loses nothing', () => {
  const { clock, driver } = startDriver()
  const [broken, sound] = [new HeardSink(), new HeardSink()]
  broken.tokens = () => {
    throw new Error('a bug')
  }
  const abort = driver.submit(request, broken)
  clock.nowMs = 1
  driver.submit(request, sound)
  for (const atMs of [0, 10, 20]) clock.passTo(atMs)
  expect(broken.heard).toEqual(['Error: a bug'])
  expect(driver.inFlight).toBe(2)
  abort()
  clock.passTo(60)
  expect(sound.heard).toEqual([20, 'flush', 30, 40, 50, 'end', 'flush'])
  expect(broken.heard).toEqual(['Error: a bug'])
  expect(driver.counts).toMatchObject({ running: 0, usedBlocks: 0 })
})

test('an ended request is told nothing more, and its blocks are free after the step', () => {
  const { clock, driver } = startDriver()
  const sink = new HeardSink()
  const abort = driver.submit({ ...request, promptTokens: 640 }, sink)
  clock.passTo(0)
  clock.passTo(10)
  expect(driver.counts).toMatchObject({ running: 1, usedBlocks: 11 })
  clock.nowMs = 12
  abort()
  abort()
  clock.passTo(50)
  expect(sink.heard).toEqual([10, 'flush'])
  expect(driver.counts).toMatchObject({ running: 0, usedBlocks: 0 })
  expect(driver.inFlight).toBe(0)
})

test('the cache is forgotten only while nothing runs, and the counters go on', () => {
  const { clock, driver } = startDriver()
  const cached = { ...request, promptTokens: 130, blockKeys: Float64Array.of(1, 2), outputTokens: 1 }
  const run = () => {
    driver.submit(cached, new HeardSink())
    clock.passTo(clock.nowMs)
    expect(driver.resetPrefixCache()).toBe(false)
    clock.passTo(clock.nowMs + 10)
  }
  run()
  run()
  expect(driver.counts).toMatchObject({ queriedTokens: 260, hitTokens: 128, cachedBlocks: 2 })
  expect(driver.resetPrefixCache()).toBe(true)
  expect(driver.counts).toMatchObject({ queriedTokens: 260, hitTokens: 128, cachedBlocks: 0 })
  run()
  expect(driver.counts).toMatchObject({ queriedTokens: 390, hitTokens: 128, promptTokens: 390, generatedTokens: 3 })
})

test('a request that was announced comes at that instant, however long it takes to be read', () => {
  const { clock, driver } = startDriver()
  const [first, second, third] = [new HeardSink(), new HeardSink(), new HeardSink()]
  driver.submit(request, first)
  clock.passTo(0)
  clock.nowMs = 9
  const announced = driver.announce()
  // The step that begins at 10 waits for it, and so does a request that comes later and is known before.
  clock.passTo(12)
  expect([first.heard, clock.due]).toEqual([[], [9 + longestReadMs]])
  driver.submit({ ...request, outputTokens: 1 }, second)
  expect(announced.atMs).toBe(9)
  announced.submit({ ...request, outputTokens: 1 }, third)
  clock.passTo(20)
  expect(third.heard).toEqual([20, 'end', 'flush'])
  clock.passTo(30)
  expect(second.heard).toEqual([30, 'end', 'flush'])
  clock.passTo(40)
  expect(first.heard.filter((each) => each !== 'flush')).toEqual([10, 20, 30, 40, 'end'])
  expect(clock.due).toEqual([])
})

test('one that is withdrawn holds nobody up, and one that takes too long comes when it is there', () => {
  const { clock, driver } = startDriver()
  const [first, slow] = [new HeardSink(), new HeardSink()]
  driver.submit({ ...request, outputTokens: 1 }, first)
  const withdrawn = driver.announce()
  clock.passTo(30)
  expect(first.heard).toEqual([])
  withdrawn.withdraw()
  clock.passTo(31)
  expect(first.heard).toEqual([10, 'end', 'flush'])
  const announced = driver.announce()
  clock.passTo(31 + longestReadMs)
  expect(clock.due).toEqual([])
  clock.nowMs = 100
  announced.submit({ ...request, outputTokens: 1 }, slow)
  clock.passTo(100)
  clock.passTo(110)
  expect(slow.heard).toEqual([110, 'end', 'flush'])
})

test('what is ended while it waits behind one that is being read costs nothing', () => {
  const { clock, driver } = startDriver()
  const [ended, other] = [new HeardSink(), new HeardSink()]
  const announced = driver.announce()
  clock.nowMs = 3
  const abort = driver.submit(request, ended)
  expect(driver.resetPrefixCache()).toBe(false)
  abort()
  clock.nowMs = 5
  announced.submit({ ...request, outputTokens: 1 }, other)
  clock.passTo(5)
  clock.passTo(40)
  expect([ended.heard, other.heard]).toEqual([[], [10, 'end', 'flush']])
  expect(driver.counts).toMatchObject({ running: 0, waiting: 0, usedBlocks: 0 })
  expect(driver.inFlight).toBe(0)
})

test('several that were announced as one come together, and each ends by itself', () => {
  const { clock, driver } = startDriver()
  const [first, second] = [new HeardSink(), new HeardSink()]
  const announced = driver.announce()
  clock.nowMs = 4
  const one = { ...request, outputTokens: 1 }
  const [abort] = announced.submitAll([
    { request: one, sink: first },
    { request: one, sink: second },
  ])
  expect(driver.inFlight).toBe(2)
  abort!()
  clock.passTo(4)
  clock.passTo(30)
  expect([first.heard, second.heard]).toEqual([[], [10, 'end', 'flush']])
})

test('a held engine takes no step, and goes on when it is released; the promise is kept when it is held', async () => {
  const { clock, driver } = startDriver()
  const sink = new HeardSink()
  driver.submit(request, sink)
  clock.passTo(0)
  clock.nowMs = 3
  const heldMs: number[] = []
  const held = driver.hold({ what: 'all', loses: 'all' }).then(() => heldMs.push(clock.nowMs))
  await new Promise(setImmediate)
  clock.passTo(10)
  await held
  expect(heldMs).toEqual([10])
  expect([sink.heard, clock.due]).toEqual([[10, 'flush'], []])
  clock.nowMs = 50
  driver.release()
  clock.passTo(50)
  for (const atMs of [60, 70, 80]) clock.passTo(atMs)
  expect(sink.heard.filter((each) => each !== 'flush')).toEqual([10, 60, 70, 80, 'end'])
})

test('sped up, the engine is through in a part of the time, told as the clock has it', () => {
  const tokens: number[] = []
  const { clock, driver } = startDriver({ speedup: 4, step: (brought) => tokens.push(brought) })
  const sink = new HeardSink()
  clock.nowMs = 100
  const announced = driver.announce()
  expect(announced.atMs).toBe(100)
  clock.passTo(101)
  expect(clock.due).toEqual([100 + longestReadMs])
  announced.submit(request, sink)
  clock.passTo(101)
  clock.passTo(130)
  expect(sink.heard).toEqual([102.5, 105, 107.5, 110, 'end', 'flush'])
  expect(tokens).toEqual([11, 1, 1, 1])
})
