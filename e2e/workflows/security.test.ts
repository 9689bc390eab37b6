import { describe, expect, it } from 'vitest'
import { fill } from './evaluate.ts'
import { type GithubEvent, isHosted, reachedBy } from './reach.ts'
import { readWorkflows } from './read-workflows.ts'

const workflows = readWorkflows()

const actions = [
  'opened',
  'reopened',
  'synchronize',
  'ready_for_review',
  'converted_to_draft',
  'labeled',
  'unlabeled',
  'closed',
  'edited',
  'assigned',
  'review_requested',
]
const primary = ['sweep-enabled', 'full-sweep-enabled', 'full-sweep-fail-fast']
const labelSets = [
  [],
  ['bug'],
  ['sweep-no-canary'],
  ['not-sweep-enabled'],
  ...primary.map((each) => [each]),
  ['bug', ...primary],
]
const repositories = { same: { full_name: 'acme/bench' }, fork: { full_name: 'mallory/bench' }, deleted: null } as const
const eventLabels = [undefined, 'bug', ...primary]

interface Case {
  readonly event: 'pull_request' | 'pull_request_target'
  readonly action: string
  readonly head: keyof typeof repositories
  readonly draft: boolean
  readonly labels: readonly string[]
  readonly label: string | undefined
  readonly branch: string
}

function* pullRequests(): Generator<Case> {
  for (const event of ['pull_request', 'pull_request_target'] as const)
    for (const action of actions)
      for (const head of ['same', 'fork', 'deleted'] as const)
        for (const draft of [false, true])
          for (const labels of labelSets)
            for (const label of action.endsWith('labeled') ? eventLabels : [undefined])
              for (const branch of ['main', 'release']) yield { event, action, head, draft, labels, label, branch }
}

function eventOf({ event, action, head, draft, labels, label, branch }: Case): GithubEvent {
  return {
    name: event,
    ref: 'refs/pull/7/merge',
    baseBranch: branch,
    payload: {
      action,
      ...(label !== undefined && { label: { name: label } }),
      pull_request: {
        number: 7,
        draft,
        labels: labels.map((name) => ({ name })),
        head: { sha: '2'.repeat(40), repo: repositories[head] },
        base: { sha: '3'.repeat(40), ref: branch },
      },
    },
  }
}

/** In words of its own: what the documentation promises. */
function mayReachOurs({ event, action, head, draft, labels, label, branch }: Case): boolean {
  const watched = actions.slice(0, actions.indexOf('closed')).includes(action)
  const asked = labels.some((each) => primary.includes(each)) && (label === undefined || primary.includes(label))
  return event === 'pull_request' && branch === 'main' && head === 'same' && !draft && watched && asked
}

describe('which events reach a runner of ours', () => {
  const cases = [...pullRequests()]

  it('pull requests: of this repository, ready, labelled; in every course that the jobs can take', () => {
    const wrong = cases.filter((each) => {
      const ours = reachedBy(eventOf(each), workflows).filter((job) => !isHosted(job))
      return ours.length > 0 !== mayReachOurs(each)
    })
    expect(wrong).toEqual([])
    // The table has both kinds of rows, or it would show nothing.
    expect(cases.length).toBeGreaterThan(3_000)
    expect(cases.filter(mayReachOurs)).not.toHaveLength(0)
  })

  it('a pull request of a fork starts hosted jobs that may only read, and with a label the control plane', () => {
    const outside = cases.filter(({ head }) => head !== 'same')
    const of = (event: Case['event']) =>
      outside.filter((each) => each.event === event).flatMap((each) => reachedBy(eventOf(each), workflows))
    const paths = (event: Case['event']) => [...new Set(of(event).map(({ path }) => path))].sort()
    expect(paths('pull_request')).toEqual(['ci.yml:test', 'validate-pr.yml:validate'])
    expect([...new Set(of('pull_request').map(({ permissions }) => JSON.stringify(permissions)))]).toEqual([
      '{"contents":"read"}',
    ])
    expect(paths('pull_request_target')).toEqual(['outside-sweep.yml:dispatch'])
  })

  it('the control plane starts for forks alone, ready, and by one of the labels', () => {
    const wrong = cases.filter(({ event, action, head, draft, label, branch, ...each }) => {
      const starts = reachedBy(eventOf({ event, action, head, draft, label, branch, ...each }), workflows).some(
        ({ path }) => path === 'outside-sweep.yml:dispatch',
      )
      const asked = action === 'labeled' && label !== undefined && primary.includes(label)
      return starts !== (event === 'pull_request_target' && branch === 'main' && head !== 'same' && !draft && asked)
    })
    expect(wrong).toEqual([])
  })

  it('only through the gate, and only the benchmark itself', () => {
    const reached = cases.flatMap((each) => reachedBy(eventOf(each), workflows)).filter((job) => !isHosted(job))
    expect([...new Set(reached.map(({ path }) => path))].sort()).toEqual([
      'run-sweep.yml:sweep > sweep.yml:canary > benchmark-tmpl.yml:benchmark',
      'run-sweep.yml:sweep > sweep.yml:shards > sweep-shard.yml:benchmark > benchmark-tmpl.yml:benchmark',
    ])
    expect([...new Set(reached.map(({ permissions }) => JSON.stringify(permissions)))]).toEqual(['{"contents":"read"}'])
  })

  it('a flood of events: one sweep of a pull request at a time, and labels that have nothing to do with it start none', () => {
    const { jobs } = workflows.get('run-sweep.yml')!
    const groupOf = (name: string, each: Case) =>
      fill(jobs[name]!.concurrency!.group, {
        github: { event_name: each.event, event: eventOf(each).payload, sha: '1' },
      })
    const flood = cases.filter(mayReachOurs)
    expect(flood.length).toBeGreaterThan(20)
    expect(new Set(flood.map((each) => groupOf('sweep', each)))).toEqual(new Set(['run-sweep-7']))
    expect(new Set(flood.map((each) => groupOf('stop', each)))).toEqual(new Set(['run-sweep-7']))
    for (const name of ['sweep', 'stop']) expect(jobs[name]!.concurrency!['cancel-in-progress']).toBe(true)
    const others = cases.filter(({ event, label }) => event === 'pull_request' && label === 'bug')
    const started = others.flatMap((each) => reachedBy(eventOf(each), workflows)).map(({ path }) => path)
    expect(started.filter((path) => path.startsWith('run-sweep.yml:'))).toEqual([])
  })

  it('closing, drafts and a label taken off stop what is under way; a label that is left goes on', () => {
    const stops = (changes: Partial<Case>) => {
      const usual = { event: 'pull_request', action: 'closed', head: 'same', draft: false, labels: [] } as const
      const reached = reachedBy(eventOf({ ...usual, label: undefined, branch: 'main', ...changes }), workflows)
      return reached.some(({ path }) => path === 'run-sweep.yml:stop')
    }
    const [one, two] = primary as [string, string]
    expect(stops({})).toBe(true)
    expect(stops({ action: 'converted_to_draft', draft: true, labels: [one] })).toBe(true)
    expect(stops({ action: 'unlabeled', label: one })).toBe(true)
    expect(stops({ action: 'unlabeled', label: one, labels: [two] })).toBe(false)
    expect(stops({ action: 'unlabeled', label: 'bug' })).toBe(false)
    expect(stops({ action: 'labeled', label: one, labels: [one] })).toBe(false)
    expect(stops({ head: 'fork' })).toBe(false)
  })

  it.each([
    ['== github.repository', '!= github.event_name'],
    ['.draft == false', '.number == 7'],
    ["action != 'closed'", "action != 'nothing'"],
    ["contains(github.event.pull_request.labels.*.name, 'sweep-enabled')", 'true'],
  ])('would notice a gate that says something else than %s', (right, wrong) => {
    const sweep = workflows.get('run-sweep.yml')!
    const gate = { ...sweep.jobs.gate!, if: sweep.jobs.gate!.if!.replace(right, wrong) }
    expect(gate.if).not.toBe(sweep.jobs.gate!.if)
    const broken = new Map(workflows).set('run-sweep.yml', { ...sweep, jobs: { ...sweep.jobs, gate } })
    const reaches = (each: Case) => reachedBy(eventOf(each), broken).some((job) => !isHosted(job))
    expect(cases.some((each) => reaches(each) && !mayReachOurs(each))).toBe(true)
  })

  it.each([
    { name: 'push', ref: 'refs/heads/main', message: 'Measure again', ours: true },
    { name: 'push', ref: 'refs/heads/main', message: 'Typo [skip-sweep]', ours: false },
    { name: 'push', ref: 'refs/heads/feature', message: 'Measure again', ours: false },
    { name: 'push', ref: 'refs/tags/v1', message: 'Measure again', ours: false },
    { name: 'workflow_dispatch', ref: 'refs/heads/main', message: '', ours: true },
    ...[
      'issue_comment',
      'issues',
      'workflow_run',
      'repository_dispatch',
      'schedule',
      'fork',
      'watch',
      'merge_group',
    ].map((name) => {
      return { name, ref: 'refs/heads/main', message: '', ours: false }
    }),
  ])('$name on $ref "$message": $ours', ({ name, ref, message, ours }) => {
    const reached = reachedBy({ name, ref, payload: { action: 'created', head_commit: { message } } }, workflows)
    expect(reached.some((job) => !isHosted(job))).toBe(ours)
  })
})
