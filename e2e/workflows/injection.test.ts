import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { act } from './act.ts'
import { git } from './clone.ts'
import { oneJob } from './faulty-configs.ts'
import { expectNothingRan, hostile } from './hostile.ts'
import { pipeline } from './pipeline.ts'
import { sampleJob } from './sample-job.ts'
import { standInGh } from './stand-in-gh.ts'

const deadline = 120_000
describe.skipIf(!act)('hostile text reaches no shell and no command stream', () => {
  it('in every input of a dispatch', { timeout: deadline }, async () => {
    const at = pipeline()
    const others = ['config-keys', 'conc', 'duration-override', 'config-files', 'test-name', 'traces', 'filters']
    const numbers = ['confirm-gpu-hours', 'compare-with']
    for (const names of [['ref'], ['base-ref'], ['pull-request', 'ref'], ['reuse'], [...others, ...numbers]]) {
      const inputs = Object.fromEntries([['config-keys', 'sim-fp8-local-sim'], ...names.map((name) => [name, hostile])])
      const run = await at.run('workflow_dispatch', { workflow: 'e2e-tests.yml', inputs })
      expect(run.code, names.join()).not.toBe(0)
      expectNothingRan(at, run)
    }
    expect(await at.leftovers()).toEqual([])
  })

  it('in a job, which runs all the same', { timeout: deadline }, async () => {
    const at = pipeline()
    at.commit({ '.github/workflows/one-job.yml': oneJob })
    const job = { ...sampleJob, configKey: hostile }
    const run = await at.run('workflow_dispatch', { workflow: 'one-job.yml', inputs: { job: JSON.stringify(job) } })
    expect(run.code, run.text.slice(-4_000)).toBe(0)
    expect(at.statuses()).toMatchObject([{ configKey: hostile, outcome: 'done' }])
    expectNothingRan(at, run)
  })

  it('in the title, the branch and the files of a pull request', { timeout: deadline }, async () => {
    const at = pipeline()
    const base = git(at.repository, 'rev-parse', 'HEAD')
    const local = readFileSync(join(at.repository, 'configs/local.yaml'), 'utf8')
    const entry = '{ scenarios: { fixed-seq-len: [{ isl: 64, osl: 8, search-space: [{ tp: 1, conc-list: [1] }] }] } }'
    const head = at.commit(
      { 'configs/local.yaml': `${local}\n${JSON.stringify(`sim-${hostile}`)}: ${entry}\n` },
      'feature',
    )
    standInGh(at, {
      'repos/acme/bench/pulls/7': `open false ${head}`,
      'repos/acme/bench/collaborators/ada/permission': 'write',
    })
    const payload = {
      action: 'synchronize',
      pull_request: {
        number: 7,
        title: hostile,
        body: hostile,
        draft: false,
        labels: [{ name: 'sweep-enabled' }, { name: hostile }],
        head: { sha: head, ref: hostile, label: hostile, repo: { full_name: 'acme/bench' } },
        base: { sha: base, ref: 'main' },
      },
    }
    for (const workflow of ['validate-pr.yml', 'run-sweep.yml']) {
      const run = await at.run('pull_request', { workflow, payload })
      expect(run.code).not.toBe(0)
      expect(run.text).toContain('is not a config key')
      expectNothingRan(at, run)
    }
  })
})
