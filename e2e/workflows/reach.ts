import { fill, runsIf } from './evaluate.ts'
import { needsOf, type Workflow, type WorkflowJob } from './read-workflows.ts'

/** Something that happens in a repository. */
export interface GithubEvent {
  readonly name: string
  /** `github.event`. */
  readonly payload: Readonly<Record<string, unknown>>
  readonly ref: string
  /** Of a pull request: the branch that it wants to go into. */
  readonly baseBranch?: string
}

/** A job that an event can start. */
export interface Reached {
  /** Workflow file and job, callers first. */
  readonly path: string
  readonly runsOn: readonly string[]
  readonly permissions: Readonly<Record<string, string>>
}

/** A job of a sweep whose configuration asks for a machine of ours: the worst that data can say. */
export const worstJob = {
  id: '0123456789abcdef',
  name: 'worst',
  runsOn: ['self-hosted', 'h100'],
  timeoutMinutes: 60,
  row: { 'run-eval': true },
}

/** What jobs say to each other in these workflows, at its worst: there is always something to run. */
const worstOutputs: Readonly<Record<string, string>> = {
  matrix: JSON.stringify([worstJob]),
  canary: JSON.stringify([worstJob]),
  shards: '[0]',
  jobs: '2',
  rows: '2',
  failed: '0',
  planned: 'true',
  ref: '0'.repeat(40),
  tools: '0'.repeat(40),
  'max-parallel': '1',
}

/** Every setting at its worst, too. */
const vars = { INGEST_REPOSITORY: 'acme/results', SWEEP_REUSE: 'true', SWEEP_BASELINE_RUN: '1' }

/** Every job that the event can start, over all workflows and all ways in which jobs can end. */
export function reachedBy(event: GithubEvent, workflows: ReadonlyMap<string, Workflow>): Reached[] {
  const reached = new Map<string, Reached>()
  const github = {
    event_name: event.name,
    event: event.payload,
    ref: event.ref,
    sha: '1'.repeat(40),
    repository: 'acme/bench',
    run_id: '1',
  }
  for (const workflow of workflows.values()) {
    if (!startsOn(event, workflow)) continue
    const inputs = defaultsOf(workflow, event.name)
    for (const each of jobsOf(workflow, { workflows, github, inputs, path: '' })) reached.set(each.path, each)
  }
  return [...reached.values()]
}

interface Scope {
  readonly workflows: ReadonlyMap<string, Workflow>
  readonly github: unknown
  readonly inputs: unknown
  readonly path: string
}

type Result = 'success' | 'failure' | 'cancelled' | 'skipped'
type Needs = Readonly<Record<string, { readonly result: Result; readonly outputs: unknown }>>

/** Filters of paths are taken as passed: a pull request chooses what it touches. */
function startsOn({ name, payload, ref, baseBranch }: GithubEvent, { on }: Workflow): boolean {
  if (!(name in on)) return false
  const { types, branches } = on[name] ?? {}
  const defaultTypes = name === 'pull_request' || name === 'pull_request_target' ? prTypes : undefined
  const allowed = types ?? defaultTypes
  if (allowed && !allowed.includes(String(payload.action))) return false
  return !branches || branches.includes(baseBranch ?? ref.replace('refs/heads/', ''))
}

const prTypes = ['opened', 'synchronize', 'reopened']

function defaultsOf({ on }: Workflow, event: string): Record<string, unknown> {
  const inputs = on[event]?.inputs ?? {}
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.default ?? '']))
}

function jobsOf(workflow: Workflow, scope: Scope): Reached[] {
  const found = new Map<string, Reached>()
  const names = inOrder(workflow)
  const walk = (at: number, needs: Needs): void => {
    const name = names[at]
    if (name === undefined) return
    const job = workflow.jobs[name]!
    const seen = pick(needs, needsOf(job))
    // GitHub's `success()` looks at everything up the chain of needs, not at the last link alone.
    const status = statusOf(ancestors(workflow, job).map((each) => needs[each]!))
    const next = (result: Result) =>
      walk(at + 1, { ...needs, [name]: { result, outputs: result === 'skipped' ? {} : worstOutputs } })
    if (runsIf(job.if, { github: scope.github, inputs: scope.inputs, needs: seen, vars, status })) {
      for (const each of startedBy(workflow, name, job, { ...scope, needs: seen })) found.set(each.path, each)
      for (const result of ['success', 'failure', 'cancelled'] as const) next(result)
    } else next('skipped')
  }
  walk(0, {})
  return [...found.values()]
}

function startedBy(workflow: Workflow, name: string, job: WorkflowJob, scope: Scope & { needs: Needs }): Reached[] {
  const { github, inputs, needs, workflows } = scope
  return combinations(job, { github, inputs, needs }).flatMap((matrix): Reached[] => {
    const contexts = { github, inputs, needs, matrix, vars }
    const path = `${scope.path}${workflow.file}:${name}`
    if (job.uses === undefined) {
      const runsOn = [typeof job['runs-on'] === 'string' ? fill(job['runs-on'], contexts) : job['runs-on']]
        .flat()
        .map(String)
      return [{ path, runsOn, permissions: job.permissions ?? {} }]
    }
    const called = workflows.get(job.uses.replace('./.github/workflows/', ''))
    if (!called) throw new Error(`${path} calls ${job.uses}, which is not of this repository`)
    const given = Object.entries(job.with ?? {}).map(([key, value]) => [
      key,
      typeof value === 'string' ? fill(value, contexts) : value,
    ])
    const own = { ...defaultsOf(called, 'workflow_call'), ...Object.fromEntries(given) }
    return jobsOf(called, { workflows, github, inputs: own, path: `${path} > ` })
  })
}

/** The combinations of a matrix; one without any where there is no matrix. */
function combinations(job: WorkflowJob, contexts: { github: unknown; inputs: unknown; needs: unknown }): object[] {
  const axes = Object.entries(job.strategy?.matrix ?? {})
  if (axes.length === 0) return [{}]
  const [[name, values]] = axes as [[string, string]]
  return (fill(values, contexts) as unknown[]).map((value) => ({ [name]: value }))
}

/** Jobs such that each comes after those that it needs. */
function inOrder({ jobs }: Workflow): string[] {
  const order: string[] = []
  const add = (name: string) => {
    if (order.includes(name)) return
    for (const needed of needsOf(jobs[name]!)) add(needed)
    order.push(name)
  }
  for (const name of Object.keys(jobs)) add(name)
  return order
}

function ancestors(workflow: Workflow, job: WorkflowJob): string[] {
  const direct = needsOf(job)
  return [...new Set([...direct, ...direct.flatMap((name) => ancestors(workflow, workflow.jobs[name]!))])]
}

/** A skipped job is no success either: what needs it does not run unless its `if` asks for a status. */
function statusOf(results: readonly { readonly result: Result }[]): 'success' | 'failure' | 'cancelled' {
  if (results.some(({ result }) => result === 'cancelled')) return 'cancelled'
  if (results.some(({ result }) => result === 'failure')) return 'failure'
  return results.every(({ result }) => result === 'success') ? 'success' : 'failure'
}

function pick(needs: Needs, names: readonly string[]): Needs {
  return Object.fromEntries(names.map((name) => [name, needs[name]!]))
}

/** Whether GitHub's own machines take it. */
export function isHosted({ runsOn }: Reached): boolean {
  return runsOn.length === 1 && runsOn[0] === 'ubuntu-latest'
}
