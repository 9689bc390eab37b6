import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { act } from './act.ts'
import { git } from './clone.ts'
import { type Pipeline, pipeline } from './pipeline.ts'
import { standInGh } from './stand-in-gh.ts'

const deadline = 120_000

/** A branch with one more configuration: two short jobs. */
function changed(at: Pipeline) {
  const local = readFileSync(join(at.repository, 'configs/local.yaml'), 'utf8')
  const base = git(at.repository, 'rev-parse', 'HEAD')
  const head = at.commit({ 'configs/local.yaml': local + short }, 'feature')
  return { base, head }
}

const short = `
sim-fp8-local-sim-short:
  scenarios:
    fixed-seq-len:
    - isl: 64
      osl: 8
      search-space:
      - { tp: 1, conc-list: [1, 2] }
`

function payloadOf({ base, head }: { base: string; head: string }, from = 'acme/bench') {
  const labels = [{ name: 'full-sweep-enabled' }]
  return {
    action: 'labeled',
    label: labels[0],
    pull_request: {
      number: 7,
      title: 'A shorter sweep',
      draft: false,
      labels,
      head: { sha: head, ref: 'feature', repo: { full_name: from } },
      base: { sha: base, ref: 'main' },
    },
  }
}

describe.skipIf(!act)('a pull request that adds a configuration, under the local runner', () => {
  it('is checked, planned, simulated and commented on', { timeout: deadline }, async () => {
    const at = pipeline()
    const change = changed(at)
    const gh = standInGh(at, { 'repos/acme/bench/issues/7/comments': '41\n42' })
    const { code, text } = await at.run('pull_request', { workflow: 'validate-pr.yml', payload: payloadOf(change) })
    expect(code, text.slice(-4_000)).toBe(0)
    expect(at.artifacts()).toEqual(['planned-matrix', 'smoke'])
    expect(text).toMatch(/ok [0-9a-f]{16} fixed-seq-len \(server, replay, collection\)/)

    const comment = at.read('planned-matrix/comment.md')
    expect(comment).toMatch(/### Planned: 2 jobs, [\d.]+ GPU hours/)
    expect(comment).toContain('| sim-fp8-local-sim-short | 2 | 1 | ubuntu-latest | planned |')
    // The comment of last time is replaced.
    const written = gh.calls().at(-1)!
    expect(written.args).toEqual(expect.arrayContaining(['PATCH', 'repos/acme/bench/issues/comments/42']))
    expect(written.text).toBe(comment)
    expect(await at.leftovers()).toEqual([])
  })

  it('with a label is measured: the canary, then the rest', { timeout: deadline }, async () => {
    const at = pipeline()
    const change = changed(at)
    standInGh(at, {
      'repos/acme/bench/pulls/7': `open false ${change.head}`,
      'repos/acme/bench/collaborators/ada/permission': 'write',
    })
    const { code, text } = await at.run('pull_request', { workflow: 'run-sweep.yml', payload: payloadOf(change) })
    expect(code, text.slice(-4_000)).toBe(0)
    expect(text.search(/\[[^\]]*Canary\//)).toBeLessThan(text.search(/\[[^\]]*Shard 0\//))
    expect(at.statuses()).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }])
    expect(at.rows().map(({ status }) => status.outcome)).toEqual(['done', 'done'])
    expect(await at.leftovers()).toEqual([])
  })

  it('from a fork is checked, and neither commented on nor measured', { timeout: deadline }, async () => {
    const at = pipeline()
    // It touches no job, which is fine.
    const base = git(at.repository, 'rev-parse', 'HEAD')
    const head = at.commit(
      { 'configs/local.yaml': `${readFileSync(join(at.repository, 'configs/local.yaml'))}# more\n` },
      'feature',
    )
    const payload = payloadOf({ base, head }, 'mallory/bench')
    const gh = standInGh(at, {})
    const checked = await at.run('pull_request', { workflow: 'validate-pr.yml', payload })
    expect(checked.code, checked.text.slice(-4_000)).toBe(0)
    const measured = await at.run('pull_request', { workflow: 'run-sweep.yml', payload })
    expect(measured.text).not.toContain('Run Main')
    expect(at.read('planned-matrix/comment.md')).toContain('The change touches no job.')
    // act itself asks for a token.
    expect(gh.calls().filter(({ args }) => args[0] === 'api')).toEqual([])
  })
})
