import { planReplay, type RequestRecord, type Target } from '@reprise/replay-engine'
import { WallClock } from '@reprise/replay-engine/clock'
import { fixedLengthCorpus } from '@reprise/trace'
import { expect, test } from 'vitest'
import type { Companion } from './companion.ts'
import { Company } from './company.ts'

const corpus = fixedLengthCorpus({
  seed: 1,
  requests: 4,
  inputTokens: 64,
  outputTokens: 1,
  rangeRatio: 1,
  blockSize: 64,
})
const plan = planReplay(corpus, { seed: 1, lanes: 1, preset: 'fixed-seq-len' })
const run = { plan, clock: new WallClock(), folder: 'run' }
const span = { phase: 'profiling', startMs: 0 } as const
const record = { id: '0.0.0.0' } as RequestRecord

/** Writes down what it is told; fails where it is to. */
function companion(name: string, log: string[], failing: 'start' | 'phase' | 'record' | 'stop' | '' = ''): Companion {
  const say = (what: typeof failing) => {
    log.push(`${name} ${what}`)
    if (what === failing) throw new Error(`${name} ${what}`)
  }
  return {
    start: () => say('start'),
    phase: () => say('phase'),
    record: () => say('record'),
    stop: async () => {
      say('stop')
      return { clientHealth: { maxRssMiB: name.length } }
    },
  }
}

test('started and told in order, stopped the other way round; what the first says stands', async () => {
  const log: string[] = []
  const company = new Company([companion('a', log), companion('second', log)])
  await company.start(run)
  company.phase(span)
  company.record(record)
  expect(await company.stop('window')).toEqual({ notes: { clientHealth: { maxRssMiB: 1 } } })
  const told = ['start', 'phase', 'record'].flatMap((what) => [`a ${what}`, `second ${what}`])
  expect(log).toEqual([...told, 'second stop', 'a stop'])
})

test.each(['phase', 'record'] as const)(
  'one that fails at a %s is told no more, and is stopped; the others go on',
  async (where) => {
    const log: string[] = []
    const company = new Company([companion('a', log, where), companion('b', log)])
    await company.start(run)
    for (let i = 0; i < 2; i += 1) {
      company.phase(span)
      company.record(record)
    }
    const { failure } = await company.stop('window')
    expect(failure).toEqual({ error: new Error(`a ${where}`) })
    expect(log.filter((line) => line === `a ${where}`)).toHaveLength(1)
    expect(log.filter((line) => line.startsWith('b'))).toHaveLength(6)
    expect(log.slice(-2)).toEqual(['b stop', 'a stop'])
  },
)

test('one that cannot be closed keeps no other from its closing, and what the others say stands', async () => {
  const log: string[] = []
  const company = new Company([companion('a', log), companion('b', log, 'stop'), companion('c', log, 'stop')])
  await company.start(run)
  expect(await company.stop('window')).toEqual({
    notes: { clientHealth: { maxRssMiB: 1 } },
    failure: { error: new Error('c stop') },
  })
  expect(log.slice(-3)).toEqual(['c stop', 'b stop', 'a stop'])
})

test('one that cannot start keeps the run from beginning; it and those before it are stopped', async () => {
  const log: string[] = []
  const company = new Company([companion('a', log), companion('b', log, 'start'), companion('c', log)])
  await expect(company.start(run)).rejects.toThrow('b start')
  await company.stop('failed')
  expect(log).toEqual(['a start', 'b start', 'b stop', 'a stop'])
})

test('the first stands closest to the target; one that sees no requests leaves it as it is', async () => {
  const seen: string[] = []
  const watching = (name: string): Companion => ({
    watched: (target) => ({
      send: (...request) => {
        seen.push(name)
        return target.send(...request)
      },
    }),
    stop: () => undefined,
  })
  const company = new Company([watching('first'), { stop: () => undefined }, watching('last')])
  await company.start(run)
  const target: Target = { send: async () => ({ kind: 'cancelled' }) }
  await company.watched(target).send(...([] as unknown as Parameters<Target['send']>))
  expect(seen).toEqual(['last', 'first'])
  expect(new Company([]).watched(target)).toBe(target)
})
