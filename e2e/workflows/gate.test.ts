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
function run(
  step: Step,
  { contexts: own, ...github }: { readonly contexts?: object; readonly [key: string]: unknown },
  gh: { readonly pull?: string; readonly permission?: string } = {},
) {
  const folder = temporaryFolder()
  const file = (name: string) => join(folder, name)
  writeFileSync(file('script'), step.run!)
  writeFileSync(file('output'), '')
  writeFileSync(file('gh'), '#!/bin/bash\ncase "$2" in */pulls/*) echo "$PULL" ;; *) echo "$PERMISSION" ;; esac\n')
  chmodSync(file('gh'), 0o755)
  const contexts = { github: { token: 'none', repository: 'acme/bench', actor: 'ada', ...github }, ...own }
  const variables = Object.entries(step.env!).map(([name, value]) => [name, String(fill(value, contexts) ?? '')])
  const { status, stdout } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file('script')], {
    encoding: 'utf8',
    cwd: folder,
    timeout: 10_000,
    env: {
      PATH: `${folder}:/usr/bin:/bin`,
      GITHUB_OUTPUT: file('output'),
      PULL: gh.pull ?? '',
      PERMISSION: gh.permission ?? '',
      ...Object.fromEntries(variables),
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
      'agentx-fast=false',
      'confirm-gpu-hours=',
    ])
  })

  it('a quick look, and hours above the budget, are asked for by labels too', () => {
    const { output } = run(settle, pullRequest('sweep-enabled', 'sweep-agentx-fast', 'sweep-over-budget'))
    expect(output.slice(6)).toEqual(['agentx-fast=true', 'confirm-gpu-hours=100000000'])
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

describe('the pull request of a fork', () => {
  const { dispatch } = readWorkflows().get('outside-sweep.yml')!.jobs
  const [look, send] = dispatch!.steps as [Step, Step]
  const label = 'full-sweep-fail-fast'
  const event = {
    event_name: 'pull_request_target',
    event: { ...payload, label: { name: label }, pull_request: { ...payload.pull_request, labels: [{ name: label }] } },
  }

  it.each([
    { pull: `open false ${sha} ${label}`, permission: 'write', passes: true },
    { pull: `open false ${sha} ${label}`, permission: 'admin', passes: true },
    { pull: `open false ${sha} ${label}`, permission: 'read', passes: false },
    { pull: `open false ${sha} ${label}`, permission: '', passes: false },
    // Somebody has pushed, taken the label off, or put another one on.
    { pull: `open false ${'c'.repeat(40)} ${label}`, permission: 'admin', passes: false },
    { pull: `open false ${sha} `, permission: 'admin', passes: false },
    { pull: `open false ${sha} ${label}+sweep-enabled`, permission: 'admin', passes: false },
    { pull: `open true ${sha} ${label}`, permission: 'admin', passes: false },
    { pull: `closed false ${sha} ${label}`, permission: 'admin', passes: false },
    { pull: '', permission: 'admin', passes: false },
  ])('"$pull" labelled by "$permission" passes: $passes', ({ passes, ...gh }) => {
    const { status, said } = run(look, event, gh)
    expect(status === 0).toBe(passes)
    if (!passes) expect(said).toContain('::error::')
  })

  it('is dispatched as the commit that was labelled, on main, and as nothing else', () => {
    const told = { ...send, run: `gh() { printf '%s\\n' "$@"; }\n${send.run}` }
    const { status, said } = run(told, event)
    expect(status).toBe(0)
    expect(said.trim().split('\n')).toEqual([
      ...['workflow', 'run', 'e2e-tests.yml', '--repo', 'acme/bench', '--ref', 'main'],
      ...['-f', 'command=changed', '-f', `ref=${sha}`, '-f', `base-ref=${'b'.repeat(40)}`, '-f', 'pull-request=7'],
      ...['-f', 'trim=false', '-f', 'fail-fast=true', '-f', 'debug-trace=false', '-f', 'agentx-fast=false'],
      ...['-f', `test-name=Pull request 7 at ${sha.slice(0, 12)}`],
    ])
  })

  it('is read once more before anything is planned: a commit that came in between is not measured', () => {
    const [again] = readWorkflows().get('e2e-tests.yml')!.jobs.gate!.steps as [Step]
    const inputs = (more: object) => ({ contexts: { inputs: { 'pull-request': '7', ref: sha, ...more } } })
    expect(run(again, inputs({}), { pull: `open false ${sha}` }).status).toBe(0)
    for (const pull of [`open false ${'c'.repeat(40)}`, `open true ${sha}`, `closed false ${sha}`, ''])
      expect(run(again, inputs({}), { pull }).status, pull).toBe(1)
    for (const more of [{ ref: 'main' }, { ref: '' }, { 'pull-request': '7/../8' }, { 'pull-request': '7\n8' }])
      expect(run(again, inputs(more), { pull: `open false ${sha}` }).status, JSON.stringify(more)).toBe(1)
  })
})

describe('who may stop a sweep', () => {
  const [ask] = readWorkflows().get('run-sweep.yml')!.jobs['may-stop']!.steps as [Step]

  it.each([
    { permission: 'write', passes: true },
    { permission: 'admin', passes: true },
    { permission: 'read', passes: false },
    { permission: '', passes: false },
  ])('"$permission": $passes', ({ permission, passes }) => {
    expect(run(ask, { event_name: 'pull_request', event: payload }, { permission }).status === 0).toBe(passes)
  })
})
