import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../sources.ts'
import { readWorkflows } from './read-workflows.ts'

const workflows = [...readWorkflows().values()]
const jobs = workflows.flatMap(({ file, jobs }) =>
  Object.entries(jobs).map(([name, job]) => ({ where: `${file}:${name}`, job })),
)
const steps = jobs.flatMap(({ where, job }) =>
  (job.steps ?? []).map((step) => ({ where: `${where}: ${step.name}`, step })),
)

describe('every workflow', () => {
  it.each(workflows)('$file starts without permissions, and every job names its own', ({ permissions, jobs }) => {
    expect(permissions).toEqual({})
    for (const job of Object.values(jobs)) expect(Object.keys(job.permissions ?? {})).not.toHaveLength(0)
  })

  it('runs on GitHub machines, but for the benchmark, whose runner is data', () => {
    const others = jobs.filter(({ job }) => job.uses === undefined && job['runs-on'] !== 'ubuntu-latest')
    expect(others.map(({ where }) => where)).toEqual(['benchmark-tmpl.yml:benchmark'])
  })

  it('is started by nothing that runs with rights on behalf of strangers', () => {
    const triggers = workflows.flatMap(({ on }) => Object.keys(on))
    expect([...new Set(triggers)].sort()).toEqual(['pull_request', 'push', 'workflow_call', 'workflow_dispatch'])
  })

  it('knows no secret', () => {
    for (const { text } of workflows) expect(text).not.toMatch(/secrets\b/)
  })

  it('has a limit of time and bash on every job that runs steps', () => {
    for (const { where, job } of jobs.filter(({ job }) => job.steps)) {
      expect(job['timeout-minutes'], where).toBeDefined()
      const hasShell = job.defaults?.run?.shell === 'bash' || !job.steps!.some(({ run }) => run)
      expect(hasShell, where).toBe(true)
    }
  })
})

describe('every step', () => {
  it('gets untrusted text through its environment, never through its script', () => {
    const scripts = steps.filter(({ step }) => step.run)
    expect(scripts.length).toBeGreaterThan(5)
    for (const { where, step } of scripts) expect(step.run, where).not.toContain('${{')
  })

  it('uses actions of ours, or pinned ones', () => {
    const uses = steps.flatMap(({ step }) => step.uses ?? [])
    for (const each of uses) expect(each).toMatch(/^\.\/actions\/[a-z-]+$|^actions\/[a-z-]+@[0-9a-f]{40}$/)
  })

  it('says the version of a pin, one pin an action', () => {
    const pins = workflows.flatMap(({ text }) => text.match(/uses: \w.*@.*/g) ?? [])
    expect([...new Set(pins)].sort()).toEqual([
      expect.stringMatching(/actions\/checkout@[0-9a-f]{40} # v6\.\d+\.\d+$/),
      expect.stringMatching(/actions\/download-artifact@[0-9a-f]{40} # v7\.\d+\.\d+$/),
      expect.stringMatching(/actions\/setup-node@[0-9a-f]{40} # v6\.\d+\.\d+$/),
      expect.stringMatching(/actions\/upload-artifact@[0-9a-f]{40} # v6\.\d+\.\d+$/),
    ])
  })

  it('leaves no credentials in a checkout', () => {
    const checkouts = steps.filter(({ step }) => step.uses?.startsWith('actions/checkout@'))
    expect(checkouts.length).toBeGreaterThan(5)
    for (const { where, step } of checkouts) expect(step.with?.['persist-credentials'], where).toBe(false)
  })
})

describe('the benchmark', () => {
  const own = jobs.find(({ where }) => where === 'benchmark-tmpl.yml:benchmark')!.job.steps!

  it('judges and uploads whatever happened before', () => {
    const last = own.slice(-2)
    expect(last.map((step) => step.uses?.split('@')[0])).toEqual(['./actions/build-results', 'actions/upload-artifact'])
    for (const step of last) expect(step.if).toBe('always()')
  })

  it('needs no Node on its host: every action of ours is a bundle that the runner itself runs', () => {
    expect(own.some((step) => step.uses?.includes('setup-node'))).toBe(false)
    const manifests = globSync('actions/*/action.yml', { cwd: root })
    expect(manifests.length).toBeGreaterThan(4)
    for (const file of manifests) expect(readFileSync(join(root, file), 'utf8'), file).toMatch(/using: node24/)
  })
})
