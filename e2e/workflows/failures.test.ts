import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { doing } from '@reprise/matrix-generator/fixtures'
import { describe, expect, it } from 'vitest'
import { act } from './act.ts'
import { collectAgain, faultyConfigs, oneJob } from './faulty-configs.ts'
import { type Pipeline, pipeline } from './pipeline.ts'
import { sampleJob } from './sample-job.ts'

const deadline = 120_000
const faulty = 'sim-dies sim-silent sim-refuses'
const testOnly = {
  '.github/workflows/collect-again.yml': collectAgain,
  '.github/workflows/one-job.yml': oneJob,
}

// After a called workflow has failed, act starts none of the caller's later jobs. So a sweep runs, and then the collector on what it left.
describe.skipIf(!act)('under the local runner', () => {
  it('a sweep that goes wrong says why, keeps the logs, and collects a FAILED row for each job', {
    timeout: deadline,
  }, async () => {
    const at = pipeline()
    at.commit({ ...faultyConfigs, ...testOnly })
    const sweep = await at.run('workflow_dispatch', {
      workflow: 'e2e-tests.yml',
      inputs: { 'config-keys': faulty, 'config-files': 'configs/faults.yaml', 'duration-override': '5' },
    })
    expect(sweep.code).not.toBe(0)
    const statuses = at.statuses()
    expect(statuses).toMatchObject([
      { configKey: 'sim-dies', outcome: 'failed', failure: { class: 'server' } },
      { configKey: 'sim-refuses', outcome: 'failed', failure: { class: 'replay' } },
      { configKey: 'sim-silent', outcome: 'failed', failure: { class: 'recipe', phase: 'ready' } },
    ])
    for (const { configKey, id, reproduce } of statuses) {
      const command = `npx reprise bench --config-key ${configKey} --point ${id} --duration-override 5 --config-files configs/faults.yaml`
      expect(reproduce).toBe(command)
      expect(sweep.text).toContain(`${command}\n`)
      expect(at.read(`job-${id}/launch/server.log`)).not.toBe('')
    }
    expect(at.read(`job-${statuses[0]!.id}/launch/server.log`)).toContain('CUDA error')
    expect(await at.leftovers()).toEqual([])

    // One of them has left no word.
    const gone = statuses[1]!.id
    rmSync(join(at.folder, 'artifacts', `job-${gone}`), { recursive: true })
    await expectCollected(at, ['missing', 'recipe', 'server'])
    expect(at.read('results/summary.md')).toContain(`--point ${gone}`)
  })

  it('a job without a recipe is refused with the list before any runner is asked', { timeout: deadline }, async () => {
    const at = pipeline()
    at.commit(faultyConfigs)
    const { code, text } = await at.run('workflow_dispatch', {
      workflow: 'e2e-tests.yml',
      inputs: { 'config-keys': 'sim-*', 'config-files': 'configs/faults.yaml' },
    })
    expect(code).not.toBe(0)
    expect(text).toContain('sim-bare has no recipe: 2 of its jobs cannot be launched')
    expect(at.artifacts()).toEqual([])
  })

  it('a cancelled job keeps what it has, and says so', { timeout: deadline }, async () => {
    const at = pipeline()
    at.commit(testOnly)
    const sweep = at.start('workflow_dispatch', {
      workflow: 'e2e-tests.yml',
      inputs: {
        'config-keys': 'sim-fp8-local-sim',
        'scenario-type': 'agentic-coding',
        conc: '1',
        'duration-override': '60',
      },
    })
    await sweep.saw(/Run Main Replay/)
    await at.sees('profiling', 'phases.jsonl')
    sweep.child.kill('SIGINT')
    const { code } = await sweep.ended
    expect(code).not.toBe(0)
    const [status] = at.statuses()
    expect(status).toMatchObject({ outcome: 'failed', failure: { class: 'cancelled' } })
    expect(at.read(`job-${status!.id}/launch/server.log`)).not.toBe('')
    expect(at.read(`job-${status!.id}/run/plan.json`)).not.toBe('')
    expect(await at.leftovers()).toEqual([])
    await expectCollected(at, ['cancelled'])
  })

  it('one that is cancelled while its server comes up leaves no server', { timeout: deadline }, async () => {
    const at = pipeline()
    const slow = faultyConfigs['benchmarks/sim-fp8-local-silent.yaml']!.replace('ready: 2', 'ready: 60')
    at.commit({ ...faultyConfigs, ...testOnly, 'benchmarks/sim-fp8-local-silent.yaml': slow })
    const sweep = at.start('workflow_dispatch', {
      workflow: 'e2e-tests.yml',
      inputs: { 'config-keys': 'sim-silent', 'config-files': 'configs/faults.yaml' },
    })
    await sweep.saw(/launch: ready/)
    sweep.child.kill('SIGINT')
    await sweep.ended
    expect(at.statuses()).toMatchObject([{ failure: { class: 'cancelled' } }])
    expect(await at.leftovers()).toEqual([])
  })

  it('a row that asks for an evaluation that its recipe has not is no success', { timeout: deadline }, async () => {
    const at = pipeline()
    at.commit(testOnly)
    const { code, text } = await at.run('workflow_dispatch', {
      workflow: 'one-job.yml',
      inputs: { job: JSON.stringify(doing(sampleJob, { evaluation: { run: true } })) },
    })
    expect(code).not.toBe(0)
    expect(text).toContain('eval: not configured')
    expect(at.statuses()).toMatchObject([
      { outcome: 'failed', evaluation: 'not-configured', failure: { class: 'eval' } },
    ])
    expect(await at.leftovers()).toEqual([])
  })
})

/** Runs the collector on what is there; red, with a FAILED row of each class. */
async function expectCollected(at: Pipeline, classes: readonly string[]): Promise<void> {
  const { code } = await at.run('workflow_dispatch', { workflow: 'collect-again.yml' })
  expect(code).not.toBe(0)
  const rows = at.rows()
  expect(rows.map(({ status }) => status.outcome)).toEqual(classes.map(() => 'failed'))
  expect(rows.map(({ status }) => status.failure?.class).sort()).toEqual(classes)
  expect(at.read('results/table.md').match(/FAILED/g)).toHaveLength(classes.length)
}
