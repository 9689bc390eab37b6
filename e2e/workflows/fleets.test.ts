import { describe, expect, it } from 'vitest'
import { act } from './act.ts'
import { collectAgain } from './faulty-configs.ts'
import { pipeline } from './pipeline.ts'
import { threeFleets } from './three-fleets.ts'

const deadline = 180_000

describe.skipIf(!act)('a sweep over three fleets, under the local runner', () => {
  it('has a matrix for each, and a table with a FAILED row for the one whose server died', {
    timeout: deadline,
  }, async () => {
    const at = pipeline()
    const hosts = { one: 'process', two: 'process', three: 'process' }
    at.commit({ ...threeFleets(hosts), '.github/workflows/collect-again.yml': collectAgain })
    const inputs = {
      ...{ 'config-keys': 'sim-on-*', 'config-files': 'configs/three.yaml', 'duration-override': '5' },
      'runner-config': 'configs/three-runners.yaml',
    }
    const sweep = await at.run('workflow_dispatch', { workflow: 'e2e-tests.yml', inputs })
    expect(sweep.code).not.toBe(0)
    for (const shard of ['Shard 0', 'Shard 1', 'Shard 2']) expect(sweep.text).toContain(shard)
    expect(sweep.text).toMatch(/About [\d.]+ GPU hours; .* The budget is 200 GPU hours\./)
    const statuses = at.statuses().map(({ configKey, outcome, failure }) => [configKey, outcome, failure?.class])
    expect(statuses).toEqual([
      ['sim-on-one', 'done', undefined],
      ['sim-on-three', 'failed', 'server'],
      ['sim-on-two', 'done', undefined],
    ])
    expect(await at.leftovers()).toEqual([])

    // act starts no job of a caller after a called workflow has failed; GitHub goes on to the table.
    const { code } = await at.run('workflow_dispatch', { workflow: 'collect-again.yml' })
    expect(code).not.toBe(0)
    expect(at.read('results/table.md').match(/\*\*FAILED server\*\*/g)).toHaveLength(1)
    expect(at.read('results/table.md')).toContain('| sim-on-three |')
    for (const row of ['| one | 1 | 1 | 100.0% | - |', '| three | 1 | 0 | 0.0% | 1 server |'])
      expect(at.read('results/summary.md')).toContain(row)
  })
})
