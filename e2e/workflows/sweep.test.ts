import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { act } from './act.ts'
import { git } from './clone.ts'
import { expectNothingRan, hostile, hostileBranch } from './hostile.ts'
import { pipeline } from './pipeline.ts'
import { standInGh } from './stand-in-gh.ts'

const deadline = 120_000

describe.skipIf(!act)('a sweep under the local runner', () => {
  it('dispatched: plan, launch, replay, results, upload, collection, report', { timeout: deadline }, async () => {
    const at = pipeline()
    // An earlier sweep of nothing; run 8 keeps no results any more.
    const earlier = join(at.folder, 'earlier/7/results')
    mkdirSync(earlier, { recursive: true })
    writeFileSync(join(earlier, 'index.json'), '{"schema":"result-index/1","points":[]}')
    const none = { schema: 'collection/1', totals: { jobs: 0, done: 0, failed: 0 }, rows: [], strays: [] }
    writeFileSync(join(earlier, 'collection.json'), JSON.stringify(none))
    standInGh(at, {})
    const { code, text } = await at.run('workflow_dispatch', {
      workflow: 'e2e-tests.yml',
      inputs: {
        'config-keys': 'sim-fp8-local-sim',
        'scenario-type': 'agentic-coding',
        conc: '1 2',
        'duration-override': '3',
        'debug-trace': 'true',
        reuse: '7 8',
        'compare-with': '7',
      },
    })
    expect(code, text.slice(-4_000)).toBe(0)

    const plan = JSON.parse(at.read('sweep/sweep.json')) as { jobs: { id: string; debugTrace: boolean; row: object }[] }
    const ids = plan.jobs.map(({ id }) => `job-${id}`)
    expect(at.artifacts()).toEqual([...ids, 'results', 'sweep'].sort())
    for (const job of plan.jobs) expect(job).toMatchObject({ debugTrace: true, row: { duration: 3 } })

    for (const status of Object.values(at.statuses())) expect(status).toMatchObject({ outcome: 'done' })
    for (const id of ids) {
      expect(JSON.parse(at.read(`${id}/run/results.json`))).toMatchObject({ schema: 'result/1' })
      expect(at.read(`${id}/launch/server.log`)).not.toBe('')
      expectDebugTrace(at.read(`${id}/run/debug-trace.jsonl`))
    }

    expect(text).toContain('run 8 keeps no results that could be reused')
    expect(text).toContain('- 2 measured: not measured before')
    expect(at.rows().map(({ status }) => status.outcome)).toEqual(['done', 'done'])
    const { points } = JSON.parse(at.read('results/comparison.json')) as {
      points: { before?: string; after: string }[]
    }
    expect(points).toMatchObject([{ after: 'indicative' }, { after: 'indicative' }])
    expect(points.some(({ before }) => before !== undefined)).toBe(false)
    // Of a plain process nobody knows a digest: it is in the index, and no later sweep takes it over.
    const index = JSON.parse(at.read('results/index.json')) as { points: object[] }
    expect(index.points).toMatchObject([{ run: '1' }, { run: '1' }])
    for (const point of index.points) expect(point).not.toHaveProperty('imageDigest')
    expect(at.read('results/report.html')).toContain('<!doctype html>')
    expect(at.read('results/pareto.svg')).toContain('<svg')
    expect(at.read('results/summary.md')).toContain('```mermaid')
    expect(await at.leftovers()).toEqual([])
  })

  it('called by another workflow, for a branch with a hostile name', { timeout: deadline }, async () => {
    const at = pipeline()
    at.commit({ '.github/workflows/nightly.yml': caller })
    git(at.repository, 'branch', '--', hostileBranch)
    const run = await at.run('workflow_dispatch', {
      workflow: 'nightly.yml',
      inputs: { ref: hostileBranch, name: hostile },
    })
    expect(run.code, run.text.slice(-4_000)).toBe(0)
    expect(run.text).toContain('the sweep has ended')
    expectNothingRan(at, run)
    expect(Object.values(at.statuses())).toMatchObject([{ outcome: 'done' }])
    expect(at.artifacts()).toContain('results')
    expect(await at.leftovers()).toEqual([])
  })
})

/** One line a request, with what was sent, what came, and the ids of its tokens. */
function expectDebugTrace(text: string): void {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines.length).toBeGreaterThan(2)
  for (const line of lines) {
    expect(line.messages).not.toHaveLength(0)
    expect(line.chunks).not.toHaveLength(0)
  }
  expect(text).toMatch(/token_?ids/i)
}

const caller = `
name: Nightly
on:
  workflow_dispatch:
    inputs:
      ref: { type: string }
      name: { type: string }
jobs:
  sweep:
    uses: ./.github/workflows/e2e-tests.yml
    with:
      ref: \${{ inputs.ref }}
      test-name: \${{ inputs.name }}
      config-keys: sim-fp8-local-sim
      scenario-type: agentic-coding
      conc: '1'
      duration-override: '3'
  told:
    needs: sweep
    if: always()
    runs-on: ubuntu-latest
    steps:
      # act hands neither result nor outputs through two calls: GitHub would tell both here.
      - run: echo "the sweep has ended"
`
