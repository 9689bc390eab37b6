import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { act } from './act.ts'
import { git } from './clone.ts'
import { expectNothingRan, hostile } from './hostile.ts'
import { pipeline } from './pipeline.ts'
import { standInGh } from './stand-in-gh.ts'

const deadline = 180_000

const short = `
sim-fp8-local-sim-outside:
  scenarios:
    fixed-seq-len:
    - isl: 64
      osl: 8
      search-space:
      - { tp: 1, conc-list: [1] }
`

/** What would plan and collect, if the tools of the fork did. */
const theirs = "require('node:fs').writeFileSync('PWNED', ''); process.exit(1)\n".replace(
  'require(',
  'process.getBuiltinModule(',
)

describe.skipIf(!act)('a pull request of a fork, under the local runner', () => {
  it('is dispatched as the commit that was labelled, and planned and collected by tools of ours', {
    timeout: deadline,
  }, async () => {
    const at = pipeline()
    const base = git(at.repository, 'rev-parse', 'HEAD')
    const local = readFileSync(join(at.repository, 'configs/local.yaml'), 'utf8')
    const head = at.commit(
      {
        'configs/local.yaml': local + short,
        'actions/dist/generate-matrix.mjs': theirs,
        'actions/dist/collect-results.mjs': theirs,
      },
      'feature',
    )
    // As GitHub does: the workflows that are run are those of main.
    git(at.repository, 'checkout', '--quiet', 'main')
    const gh = standInGh(at, {
      'repos/acme/bench/pulls/7': `open false ${head} full-sweep-enabled`,
      'repos/acme/bench/collaborators/ada/permission': 'write',
    })
    const labels = [{ name: 'full-sweep-enabled' }, { name: hostile }]
    const payload = {
      ...{ action: 'labeled', label: labels[0] },
      pull_request: {
        ...{ number: 7, title: hostile, body: hostile, draft: false, labels },
        head: { sha: head, ref: hostile, label: hostile, repo: { full_name: 'mallory/bench' } },
        base: { sha: base, ref: 'main' },
      },
    }
    const labelled = await at.run('pull_request_target', { workflow: 'outside-sweep.yml', payload })
    expect(labelled.code, labelled.text.slice(-2_000)).toBe(0)
    expectNothingRan(at, labelled)
    expect(labelled.text).not.toMatch(/checked out|Run Main Check out/)
    const { args } = gh.calls().at(-1)!
    expect(args.slice(0, 7)).toEqual(['workflow', 'run', 'e2e-tests.yml', '--repo', 'acme/bench', '--ref', 'main'])

    // What was asked for is what runs, as GitHub would start it.
    const inputs = Object.fromEntries(args.filter((each) => /^[\w-]+=/.test(each)).map((each) => each.split('=', 2)))
    standInGh(at, { 'repos/acme/bench/pulls/7': `open false ${head}` })
    const sweep = await at.run('workflow_dispatch', { workflow: 'e2e-tests.yml', inputs })
    expect(sweep.code, sweep.text.slice(-4_000)).toBe(0)
    expectNothingRan(at, sweep)
    expect(at.statuses()).toMatchObject([{ configKey: 'sim-fp8-local-sim-outside', outcome: 'done' }])
    expect(at.rows()).toHaveLength(1)

    // Somebody has pushed since.
    standInGh(at, { 'repos/acme/bench/pulls/7': `open false ${base}` })
    const late = await at.run('workflow_dispatch', { workflow: 'e2e-tests.yml', inputs })
    expect(late.code).not.toBe(0)
    // The local runner may lose the last words of a step that ends at once: what failed is what tells.
    expect(late.text).toContain('Failure - Main Read the pull request again')
    expect(late.text).not.toContain('Run Main Plan the jobs')
  })
})
