import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { fill } from './evaluate.ts'
import { readWorkflows, type Step } from './read-workflows.ts'

const gate = readWorkflows().get('run-sweep.yml')!.jobs.gate!
const [reread, settle] = gate.steps as [Step, Step]
const sha = 'a'.repeat(40)
const payload = {
  pull_request: {
    number: 7,
    draft: false,
    labels: [{ name: 'sweep-enabled' }],
    head: { sha },
    base: { sha: 'b'.repeat(40) },
  },
}

/** Runs the script of a step as it stands in the workflow, with `gh` answering what it is told to. */
function run(step: Step, github: object, gh: { readonly pull?: string; readonly permission?: string } = {}) {
  const folder = temporaryFolder()
  const file = (name: string) => join(folder, name)
  writeFileSync(file('script'), step.run!)
  writeFileSync(file('output'), '')
  writeFileSync(file('gh'), '#!/bin/bash\ncase "$2" in */pulls/*) echo "$PULL" ;; *) echo "$PERMISSION" ;; esac\n')
  chmodSync(file('gh'), 0o755)
  const contexts = { github: { token: 'none', repository: 'acme/bench', actor: 'ada', ...github } }
  const own = Object.entries(step.env!).map(([name, value]) => [name, String(fill(value, contexts) ?? '')])
  const { status, stdout } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file('script')], {
    encoding: 'utf8',
    cwd: folder,
    timeout: 10_000,
    env: {
      PATH: `${folder}:/usr/bin:/bin`,
      GITHUB_OUTPUT: file('output'),
      PULL: gh.pull ?? '',
      PERMISSION: gh.permission ?? '',
      ...Object.fromEntries(own),
    },
  })
  return { status, said: stdout, output: readFileSync(file('output'), 'utf8').trim().split('\n') }
}

describe('the pull request, read again', () => {
  const event = { event_name: 'pull_request', event: payload }

  it.each([
    { pull: `open false ${sha}`, permission: 'admin', passes: true },
    { pull: `open false ${sha}`, permission: 'write', passes: true },
    { pull: `open false ${sha}`, permission: 'read', passes: false },
    { pull: `open false ${sha}`, permission: 'none', passes: false },
    { pull: `open false ${sha}`, permission: '', passes: false },
    { pull: `open false ${'c'.repeat(40)}`, permission: 'admin', passes: false },
    { pull: `open true ${sha}`, permission: 'admin', passes: false },
    { pull: `closed false ${sha}`, permission: 'admin', passes: false },
    { pull: '', permission: 'admin', passes: false },
  ])('"$pull" asked for by "$permission" passes: $passes', ({ passes, ...gh }) => {
    const { status, said } = run(reread, event, gh)
    expect(status === 0).toBe(passes)
    if (!passes) expect(said).toContain('::error::')
  })

  it('does not pass when GitHub cannot be asked', () => {
    const broken = { ...reread, run: `gh() { return 1; }\n${reread.run}` }
    expect(run(broken, event).status).not.toBe(0)
  })
})

describe('what to run', () => {
  const pullRequest = (...labels: string[]) => ({
    event_name: 'pull_request',
    event: { pull_request: { ...payload.pull_request, labels: labels.map((name) => ({ name })) } },
  })

  it.each([
    { labels: ['sweep-enabled'], trim: true, canary: true, failFast: false, debugTrace: false },
    { labels: ['full-sweep-enabled', 'bug'], trim: false, canary: true, failFast: false, debugTrace: false },
    {
      labels: ['full-sweep-fail-fast', 'sweep-no-canary'],
      trim: false,
      canary: false,
      failFast: true,
      debugTrace: false,
    },
    { labels: ['sweep-enabled', 'sweep-debug-trace'], trim: true, canary: true, failFast: false, debugTrace: true },
  ])('$labels', ({ labels, trim, canary, failFast, debugTrace }) => {
    expect(run(settle, pullRequest(...labels)).output).toEqual([
      `ref=${sha}`,
      `base=${'b'.repeat(40)}`,
      `trim=${trim}`,
      `canary=${canary}`,
      `fail-fast=${failFast}`,
      `debug-trace=${debugTrace}`,
    ])
  })

  it.each([[[]], [['sweep-enabled', 'full-sweep-enabled']], [['full-sweep-enabled', 'full-sweep-fail-fast']]])(
    'exactly one label decides, not %j',
    (labels) => {
      const { status, said } = run(settle, pullRequest(...labels))
      expect(status).toBe(1)
      expect(said).toContain(`${labels.length} of the labels`)
    },
  )

  it('after a merge, all that differs from the commit before', () => {
    const push = { event_name: 'push', sha, event: { before: 'd'.repeat(40) } }
    const { output } = run(settle, push)
    expect(output.slice(0, 4)).toEqual([`ref=${sha}`, `base=${'d'.repeat(40)}`, 'trim=false', 'canary=true'])
  })
})
