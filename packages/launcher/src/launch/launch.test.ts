import { readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Host } from '../host/host.ts'
import { processHost } from '../host/process-host.ts'
import { LaunchError } from '../plan/launch-error.ts'
import { type FakeChanges, fakeWords } from '../testing/launch-plan.fixture.ts'
import { bringUp, short, startingAs } from './bring-up.fixture.ts'
import type { LaunchProgress } from './phase-watch.ts'

test('a server is brought up: where it listens, how long each phase took, and what was told meanwhile', async () => {
  const told: LaunchProgress[] = []
  const { host, plan, launched } = bringUp(
    ['say=loading weights', 'serve={port}'],
    {},
    { onProgress: (each) => told.push(each) },
  )
  const { front, servers, phasesMs } = await launched
  expect(servers).toEqual([front])
  expect(front.server.isRunning()).toBe(true)
  expect(front.endpoint.url).toBe(`http://127.0.0.1:${front.server.handle.address.port}`)
  expect(Object.keys(phasesMs)).toEqual(['start', 'load', 'ready', 'warm'])
  expect(Object.values(phasesMs).every((ms) => ms >= 0)).toBe(true)
  expect([...new Set(told.map(({ phase }) => phase))]).toEqual(['start', 'load', 'ready', 'warm'])
  await host.cleanUp(plan.label, { graceS: 2 })
})

test('a server without chat is warmed up with plain text', async () => {
  const { front } = await bringUp(['chat=404', 'serve={port}']).launched
  expect(front.server.isRunning()).toBe(true)
})

interface Failing {
  readonly deeds: readonly string[]
  readonly changes?: FakeChanges
  readonly failureClass: 'recipe' | 'infrastructure'
  readonly phase: string
  readonly message: RegExp
  readonly tail?: string
}

const failing: Record<string, Failing> = {
  'dies at the start over a wrong flag': {
    deeds: ['complain=error: unrecognized arguments: --tpp', 'exit=2'],
    failureClass: 'recipe',
    phase: 'load',
    message: /exit code 2 before it was ready: error: unrecognized arguments: --tpp; mend the flags of the recipe/,
    tail: 'error: unrecognized arguments: --tpp',
  },
  'ends well, but too early': {
    deeds: ['exit=0'],
    failureClass: 'recipe',
    phase: 'load',
    message: /exit code 0 before it was ready/,
  },
  'dies as the disk is full': {
    deeds: ['complain=OSError: [Errno 28] No space left on device', 'lines=60', 'exit=1'],
    failureClass: 'infrastructure',
    phase: 'load',
    message: /No space left on device; mend the host/,
  },
  'dies over a wrong flag after harmless words of the host': {
    deeds: ['say=CUDA driver version: 12.4; 0 errors', 'complain=error: unrecognized arguments: --tpp', 'exit=2'],
    failureClass: 'recipe',
    phase: 'load',
    message: /unrecognized arguments: --tpp; mend the flags of the recipe/,
  },
  'says at second hand that it will not be ready, for the host': {
    deeds: [
      'say=OSError: [Errno 28] No space left on device',
      'say=RuntimeError: Engine core initialization failed',
      'hang',
    ],
    changes: { fatalPatterns: ['Engine core initialization failed'] },
    failureClass: 'infrastructure',
    phase: 'load',
    message: /Engine core initialization failed, for OSError: .*No space left on device; mend the host/,
  },
  'is killed from outside': {
    deeds: ['killed-after=50', 'hang'],
    failureClass: 'infrastructure',
    phase: 'load',
    message: /ended by SIGKILL .*out-of-memory killer/,
  },
  'says something fatal and goes on': {
    deeds: ['say=ValueError: model type glm9 is not supported', 'hang'],
    changes: { fatalPatterns: ['^ValueError: '] },
    failureClass: 'recipe',
    phase: 'load',
    message: /will not be ready: ValueError: model type glm9/,
    tail: 'ValueError: model type glm9 is not supported',
  },
  'says something fatal of the host': {
    deeds: ['say=RuntimeError: CUDA driver version is insufficient', 'hang'],
    changes: { fatalPatterns: ['RuntimeError'] },
    failureClass: 'infrastructure',
    phase: 'load',
    message: /CUDA driver version is insufficient; mend the host/,
  },
  'never listens': {
    deeds: ['say=compiling', 'hang'],
    changes: { deadlinesS: { ...short, load: 0.4 } },
    failureClass: 'recipe',
    phase: 'load',
    message: /did not get through phase load in 0\.4 s; mend the recipe, or raise its deadline of load/,
  },
  'never becomes healthy': {
    deeds: ['health=503', 'serve={port}'],
    changes: { deadlinesS: short },
    failureClass: 'recipe',
    phase: 'ready',
    message: /phase ready in 1 s; it last answered 503 at \/health/,
  },
  'never becomes healthy on a host without memory': {
    deeds: ['say=mmap: Cannot allocate memory', 'health=503', 'serve={port}'],
    changes: { deadlinesS: short },
    failureClass: 'infrastructure',
    phase: 'ready',
    message: /the host says: mmap: Cannot allocate memory/,
  },
  'dies while it becomes ready': {
    deeds: ['health=503', 'exit-after=600', 'serve={port}'],
    failureClass: 'recipe',
    phase: 'ready',
    message: /exit code 3/,
  },
  'knows no such model': {
    deeds: ['chat=404', 'plain=404', 'serve={port}'],
    failureClass: 'recipe',
    phase: 'warm',
    message: /refuses a first request \(404 at \/v1\/chat\/completions: .*; look at the model's name/,
  },
  'fails every request': {
    deeds: ['chat=500', 'serve={port}'],
    changes: { deadlinesS: short },
    failureClass: 'recipe',
    phase: 'warm',
    message: /phase warm in 1 s; it last answered 500 at \/v1\/chat\/completions/,
  },
  'has a fatal pattern that is none': {
    deeds: ['hang'],
    changes: { fatalPatterns: ['('] },
    failureClass: 'recipe',
    phase: 'start',
    message: /no regular expression/,
  },
}

describe('a server that', () => {
  test.each(Object.entries(failing))('%s', async (_name, { deeds, changes, failureClass, phase, message, tail }) => {
    const { host, plan, launched } = bringUp(deeds, { stopGraceS: 1, ...changes })
    const failure = await launched.catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(LaunchError)
    expect(failure).toMatchObject({ failureClass, phase })
    expect((failure as LaunchError).message).toMatch(message)
    if (tail !== undefined) expect((failure as LaunchError).logTail).toContain(tail)
    expect((failure as LaunchError).logTail.length).toBeLessThanOrEqual(40)
    expect(await host.countOwned(plan.label)).toBe(0)
  })
})

test('a server that fills its log and ends is told by its last words', async () => {
  // Sixteen times what is read of a log in one go, written at once.
  const script =
    "fs.writeSync(1, ('x'.repeat(99) + '\\n').repeat(700000)); fs.writeSync(1, 'the reason\\n'); process.exit(3)"
  const { launched } = bringUp([], { argv: [process.execPath, '-e', script] })
  const failure = (await launched.catch((error: unknown) => error)) as LaunchError
  expect(failure.message).toMatch(/exit code 3/)
  expect(failure.logTail.at(-1)).toBe('the reason')
})

test('what a log holds cannot harm whoever prints it', async () => {
  const { launched } = bringUp(['say=\u001b[31mred\u001b[0m \u0007bell \u202ereversed', 'exit=1'])
  const failure = (await launched.catch((error: unknown) => error)) as LaunchError
  expect(failure.logTail).toEqual(['red  bell  reversed'])
})

test('a port that somebody took in between is tried anew, once', async () => {
  const starts: number[] = []
  const squatter = createServer()
  onTestFinished(() => void squatter.close())
  const robbed = startingAs(processHost(), (start) => async (copy, options) => {
    starts.push(options.address.port)
    if (starts.length === 1) await new Promise<void>((done) => squatter.listen(starts[0], '127.0.0.1', done))
    return start(copy, options)
  })
  const { launched } = bringUp(['serve={port}'], {}, {}, robbed)
  expect((await launched).front.server.handle.address.port).toBe(starts[1])
  expect(starts).toHaveLength(2)
})

test.runIf(process.platform === 'linux')(
  'a server of somebody else that answers at the port is not taken for ours: another port is tried, once',
  async () => {
    const starts: number[] = []
    const { launched } = bringUp(['serve={port}'], {}, {}, robbed(starts, 1, ['hang']))
    expect((await launched).front.server.handle.address.port).toBe(starts[1])
    expect(starts).toHaveLength(2)
  },
)

test.runIf(process.platform === 'linux')(
  'where somebody else answers at every port, the host is told to be at fault',
  async () => {
    const starts: number[] = []
    const { host, plan, launched } = bringUp(['hang'], {}, {}, robbed(starts, 9))
    await expect(launched).rejects.toMatchObject({
      failureClass: 'infrastructure',
      phase: 'load',
      message: expect.stringMatching(/^another process than the server answers at port \d+/),
    })
    expect(starts).toHaveLength(2)
    expect(await host.countOwned(plan.label)).toBe(0)
  },
)

/** A host where somebody listens at the ports of the first `times` starts, and says to be healthy; `instead` is started meanwhile. */
function robbed(starts: number[], times: number, instead?: readonly string[]): Host {
  return startingAs(processHost(), (start) => async (copy, options) => {
    const { port } = options.address
    starts.push(port)
    if (starts.length > times) return start(copy, options)
    const robber = createHttpServer((_request, response) => response.end('{}'))
    onTestFinished(() => void robber.close())
    await new Promise<void>((done) => robber.listen(port, '127.0.0.1', done))
    return start(instead ? { ...copy, planned: { ...copy.planned, argv: fakeWords(instead) } } : copy, options)
  })
}

test('a fixed port that is taken is told before anything is started', async () => {
  const squatter = createServer()
  await new Promise<void>((done) => squatter.listen(0, '127.0.0.1', done))
  onTestFinished(() => void squatter.close())
  const { port } = squatter.address() as { port: number }
  const { host, plan, launched } = bringUp(['serve={port}'], { port })
  await expect(launched).rejects.toMatchObject({
    failureClass: 'infrastructure',
    phase: 'start',
    message: expect.stringContaining(`port ${port} is taken`),
  })
  expect(await host.countOwned(plan.label)).toBe(0)
})

test.each([
  ['while it loads', ['hang']],
  ['while it becomes ready, and takes no notice', ['ignore-term', 'health=503', 'serve={port}']],
])('cancelled %s: nothing is left', async (_when, deeds) => {
  const abort = new AbortController()
  const { host, plan, launched } = bringUp(
    deeds,
    { stopGraceS: 0.3 },
    {
      signal: abort.signal,
      onStarted: () => void setTimeout(() => abort.abort(new Error('enough')), 300),
    },
  )
  await expect(launched).rejects.toThrow('enough')
  expect(await host.countOwned(plan.label)).toBe(0)
})

test('cancelled before it began: nothing is started', async () => {
  const { logFile, launched } = bringUp(['serve={port}'], {}, { signal: AbortSignal.abort(new Error('enough')) })
  await expect(launched).rejects.toThrow('enough')
  expect(() => readFileSync(logFile)).toThrow()
})
