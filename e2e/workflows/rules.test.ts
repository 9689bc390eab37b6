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

  it('is started by nothing that runs with rights on behalf of strangers, but for the control plane', () => {
    const triggers = workflows.flatMap(({ file, on }) => Object.keys(on).map((each) => `${file}: ${each}`))
    expect([...new Set(triggers.map((each) => each.split(': ')[1]))].sort()).toEqual([
      'pull_request',
      'pull_request_target',
      'push',
      'workflow_call',
      'workflow_dispatch',
    ])
    expect(triggers.filter((each) => each.endsWith('_target'))).toEqual(['outside-sweep.yml: pull_request_target'])
  })

  it('knows no secret, but for the token of the ingest, which no code of the repository shares a job with', () => {
    const naming = workflows.filter(({ text }) => /secrets\b/.test(text))
    expect(naming.map(({ file }) => file)).toEqual(['run-sweep.yml'])
    const { ingest, ...others } = naming[0]!.jobs
    expect(JSON.stringify(others)).not.toContain('secrets')
    expect(JSON.stringify(ingest).match(/secrets\.\w+/g)).toEqual(['secrets.INGEST_TOKEN'])
    expect(ingest!.steps!.every(({ uses, run }) => uses === undefined && !/\bnode\b|actions\//.test(run!))).toBe(true)
    for (const { job } of jobs) expect(job.secrets).toBeUndefined()
  })

  it('attests with rights of its own, on pushes to main alone, and runs no code of the repository there', () => {
    const signing = jobs.filter(({ job }) =>
      ['id-token', 'attestations'].some((right) => right in (job.permissions ?? {})),
    )
    expect(signing.map(({ where }) => where)).toEqual(['run-sweep.yml:attest'])
    const { job } = signing[0]!
    expect(job.permissions).toEqual({ 'id-token': 'write', attestations: 'write' })
    expect(job.if).toMatch(/github\.event_name == 'push' && github\.ref == 'refs\/heads\/main'/)
    const ours = job.steps!.filter(
      ({ uses, run }) => uses?.startsWith('./') || uses?.includes('checkout') || /\bnode\b|actions\//.test(run ?? ''),
    )
    expect(ours).toEqual([])
  })

  it('shares no cache: what a stranger has written is never read by another run', () => {
    for (const { step } of steps) {
      expect(step.uses ?? '').not.toMatch(/cache/)
      if (step.uses?.startsWith('actions/setup-node@'))
        expect(step.with).toMatchObject({ 'package-manager-cache': false })
    }
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
      expect.stringMatching(/actions\/attest@[0-9a-f]{40} # v4\.\d+\.\d+$/),
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

describe('the control plane for pull requests of forks', () => {
  const { jobs: own, permissions, text } = workflows.find(({ file }) => file === 'outside-sweep.yml')!

  it('checks nothing out, uses no action, calls no workflow, and runs nothing but gh', () => {
    expect(permissions).toEqual({})
    for (const job of Object.values(own)) {
      expect(job.uses).toBeUndefined()
      expect(job['runs-on']).toBe('ubuntu-latest')
      for (const step of job.steps!) {
        expect(step.uses).toBeUndefined()
        expect(step.run).not.toMatch(/\b(git|node|npm|npx|curl|wget|eval|source|python3?|bash|sh)\b/)
      }
    }
  })

  it('reads nothing of a pull request that its author writes', () => {
    const read = [...text.matchAll(/github\.event\.[\w.*]+/g)].map(([name]) => name)
    expect([...new Set(read)].sort()).toEqual([
      'github.event.action',
      'github.event.label.name',
      'github.event.pull_request.base.sha',
      'github.event.pull_request.draft',
      'github.event.pull_request.head.repo.full_name',
      'github.event.pull_request.head.sha',
      'github.event.pull_request.labels.*.name',
      'github.event.pull_request.number',
    ])
  })
})

describe('what takes the place of what is under way', () => {
  const sweeps = workflows.find(({ file }) => file === 'run-sweep.yml')!

  it('is a job that waits for whoever looks at who asks; the event alone cancels nothing', () => {
    expect(sweeps.concurrency).toMatchObject({ 'cancel-in-progress': false })
    const cancelling = Object.entries(sweeps.jobs).filter(([, { concurrency }]) => concurrency !== undefined)
    expect(cancelling.map(([name, { needs }]) => [name, needs])).toEqual([
      ['sweep', 'gate'],
      ['stop', 'may-stop'],
    ])
  })
})
