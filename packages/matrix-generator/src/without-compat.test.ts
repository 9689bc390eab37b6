import { FlagError } from '@reprise/config-file'
import { describe, expect, test } from 'vitest'
import { parseTestCommand, runTestCommand } from './testing/command-line.fixture.ts'
import { augustMaster, augustRunners, readTexts } from './testing/master-files.fixture.ts'
import { rows } from './testing/rows.fixture.ts'

describe('without compat', () => {
  test('runner-model-sweep refuses a concurrency of 0 and scenarios that it does not try', () => {
    const sweep = 'runner-model-sweep --runner-type h100'
    expect(rows('april', `${sweep} --conc 0`)[0]).toMatchObject({ conc: 0 })
    expect(() => rows('april', `${sweep} --conc 0`, false)).toThrow(/--conc 0 leaves nothing/)
    expect(rows('april', `${sweep} --scenario-type agentic-coding`)).toHaveLength(2)
    expect(() => rows('april', `${sweep} --scenario-type agentic-coding`, false)).toThrow(FlagError)
    expect(rows('april', `${sweep} --scenario-type fixed-seq-len`, false)).toHaveLength(2)
  })
  test('a filter that matches nothing is an error unless that is allowed', () => {
    expect(() => rows('august', 'full-sweep --model-prefix zzz', false)).toThrow(/leave no job/)
    expect(rows('august', 'full-sweep --model-prefix zzz --allow-empty', false)).toEqual([])
    expect(rows('august', 'full-sweep --model-prefix zzz')).toEqual([])
  })
  test('a model prefix takes whole parts of a key, or a pattern, and says what it leaves out', () => {
    const two = `${augustMaster}${augustMaster.replaceAll(/^tiny-/gm, 'tiny.2-').replaceAll('example/tiny', 'example/tiny2')}`
    const run = (args: string, compat: boolean) =>
      runTestCommand(readTexts(two, augustRunners, { compat }), parseTestCommand(args))
    expect(run('full-sweep --model-prefix tiny', true).jobs.length).toBe(
      2 * run('full-sweep --model-prefix tiny', false).jobs.length,
    )
    expect(run('full-sweep --model-prefix tiny*', false).jobs.length).toBe(
      run('full-sweep --model-prefix tiny', true).jobs.length,
    )
    expect(run('full-sweep --model-prefix tiny', false).problems.map(({ code }) => code)).toContain('model-prefix')
  })
  test('a point that two lines ask for is measured once, with a warning at the second line', () => {
    const text = augustMaster.replace(
      '{ tp: 4, conc-start: 4, conc-end: 64 }',
      '{ tp: 4, conc-start: 4, conc-end: 64 }\n      - { tp: 4, conc-list: [64, 100] }',
    )
    const sweep = runTestCommand(
      readTexts(text, augustRunners),
      parseTestCommand('full-sweep --seq-lens 1k1k --no-evals --single-node --scenario-type fixed-seq-len'),
    )
    expect(sweep.jobs.map((job) => job.concurrencies[0])).toEqual([4, 8, 16, 32, 64, 100, 16, 128])
    expect(sweep.problems).toMatchObject([
      { code: 'duplicate-point', severity: 'warning', place: { line: 15, column: 9 } },
    ])
  })
})
